import { describe, expect, it } from 'vitest'
import { advance, alone, areaOf, jump, lead, rangeOf } from './selection'

const of = { rows: 6, columns: 4 }
const none = () => false
const key = (k: string, ctrl = false) => ({ key: k, ctrl, shift: false })

describe('lead', () => {
  it.each<[string, boolean, { r: number; c: number }]>([
    ['ArrowUp', false, { r: 1, c: 1 }], ['ArrowDown', false, { r: 3, c: 1 }], ['ArrowLeft', false, { r: 2, c: 0 }], ['ArrowRight', false, { r: 2, c: 2 }],
    ['Home', false, { r: 2, c: 0 }], ['Home', true, { r: 0, c: 0 }], ['End', false, { r: 2, c: 3 }], ['End', true, { r: 5, c: 3 }],
    ['PageDown', false, { r: 5, c: 1 }], ['PageUp', false, { r: 0, c: 1 }], ['ArrowDown', true, { r: 5, c: 1 }],
  ])('%s, ctrl %s', (k, ctrl, want) => expect(lead({ r: 2, c: 1 }, key(k, ctrl), of, 3, none)).toEqual(want))
  it('stays inside', () => expect(lead({ r: 0, c: 0 }, key('ArrowUp'), of, 3, none)).toEqual({ r: 0, c: 0 }))
  it('leads nowhere by other keys', () => expect(lead({ r: 0, c: 0 }, key('a'), of, 3, none)).toBeUndefined())
})

describe('jump', () => {
  const filled = (p: { r: number }) => [0, 1, 2, 4].includes(p.r)
  const down = { r: 1, c: 0 }
  it('ends at the edge of what is filled', () => expect(jump({ r: 0, c: 0 }, down, of, filled)).toEqual({ r: 2, c: 0 }))
  it('goes over a gap', () => expect(jump({ r: 2, c: 0 }, down, of, filled)).toEqual({ r: 4, c: 0 }))
  it('ends at the last row', () => expect(jump({ r: 4, c: 0 }, down, of, filled)).toEqual({ r: 5, c: 0 }))
  it('stays at the border', () => expect(jump({ r: 5, c: 0 }, down, of, filled)).toEqual({ r: 5, c: 0 }))
})

describe('advance', () => {
  it('moves one cell alone', () => {
    expect(advance(alone({ r: 1, c: 1 }), 'Enter', false, of)).toEqual(alone({ r: 2, c: 1 }))
    expect(advance(alone({ r: 1, c: 1 }), 'Tab', true, of)).toEqual(alone({ r: 1, c: 0 }))
    expect(advance(alone({ r: 5, c: 1 }), 'Enter', false, of)).toEqual(alone({ r: 5, c: 1 }))
  })
  it('leaves the grid by Tab at its ends', () => expect(advance(alone({ r: 1, c: 3 }), 'Tab', false, of)).toBeUndefined())
  it('goes round in a range and keeps it', () => {
    let s = { at: { r: 1, c: 1 }, from: { r: 1, c: 1 }, to: { r: 2, c: 2 } }
    const seen: string[] = []
    for (let i = 0; i < 4; i++) {
      s = advance(s, 'Enter', false, of)!
      seen.push(`${s.at.r}${s.at.c}`)
    }
    expect(seen).toEqual(['21', '12', '22', '11'])
    expect(areaOf(rangeOf(s))).toBe(4)
    expect(advance(s, 'Tab', true, of)!.at).toEqual({ r: 2, c: 2 })
  })
})
