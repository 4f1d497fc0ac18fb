import { describe, expect, it } from 'vitest'
import { land, spread, type Target } from './paste'

const at = (r0: number, c0: number, r1 = r0, c1 = c0) => ({ r0, c0, r1, c1 })

describe('spread', () => {
  it('fills what is chosen with one value', () => expect(spread([['7']], at(1, 1, 2, 2))).toHaveLength(4))
  it('begins a block at the first cell', () => {
    expect(spread([['1', '2'], ['3', '4']], at(2, 3)).map((x) => [x.at.r, x.at.c, x.text])).toEqual([[2, 3, '1'], [2, 4, '2'], [3, 3, '3'], [3, 4, '4']])
  })
  it('repeats a block that fits', () => expect(spread([['1', '2']], at(0, 0, 2, 3))).toHaveLength(12))
  it('does not cut a block that does not fit', () => expect(spread([['1', '2']], at(0, 0, 0, 2))).toHaveLength(2))
  it('leaves the holes of a ragged block', () => expect(spread([['1', '2'], ['3']], at(0, 0))).toHaveLength(3))
})

describe('land', () => {
  const target = (p: { r: number; c: number }): Target | undefined =>
    p.r > 1 ? undefined : { row: 'r' + p.r, month: '2026-0' + (p.c + 1), unit: 't', units: ['t'], open: p.c !== 1, now: { value: p.c === 0 ? '5' : '', unit: 't' } }
  it('tells what changes and what does not', () => {
    const out = land(spread([['5', '6', '1,000', 'x'], ['', '', '', ''], ['1', '1', '1', '1']], at(0, 0)), target)
    expect(out.patches).toEqual([
      { row: 'r0', month: '2026-03', from: { value: '', unit: 't' }, to: { value: '1000', unit: 't' } },
      { row: 'r0', month: '2026-04', from: { value: '', unit: 't' }, to: { value: 'x', unit: '' } },
      { row: 'r1', month: '2026-01', from: { value: '5', unit: 't' }, to: { value: '', unit: 't' } },
    ])
    expect(out).toMatchObject({ same: 3, closed: 2, outside: 4, faults: 1 })
  })
})
