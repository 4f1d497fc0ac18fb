import { describe, expect, it } from 'vitest'
import { revealed, windowOf } from './window'

describe('windowOf', () => {
  it.each([
    ['top', 0, 300, 200, { first: 0, end: 14 }],
    ['middle', 1000, 300, 200, { first: 29, end: 48 }],
    ['bottom', 5700, 300, 200, { first: 186, end: 200 }],
    ['beyond the end', 99_999, 300, 20, { first: 20, end: 20 }],
    ['nothing', 0, 300, 0, { first: 0, end: 0 }],
    ['fewer than fit', 0, 300, 3, { first: 0, end: 3 }],
  ])('%s', (_, scrolled, view, count, want) => expect(windowOf(scrolled, view, 30, count)).toEqual(want))
})

describe('revealed', () => {
  it('moves as little as it can', () => {
    expect(revealed(100, 300, 30, 5)).toBe(100)
    expect(revealed(100, 300, 30, 2)).toBe(60)
    expect(revealed(100, 300, 30, 13)).toBe(120)
  })
  it('shows the beginning of what is larger than the view', () => expect(revealed(0, 20, 30, 4)).toBe(120))
})
