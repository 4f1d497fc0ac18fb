import { describe, expect, it } from 'vitest'
import type { Point } from '@/lib/live'
import { placeOf } from './place'
import type { Binding } from './types'

const none = { zh: '', en: '' }
const bind = (combine: Binding['combine'], unit: string, feeds: [string, number][], field: 'value' | 'rate' = 'value'): Binding => ({
  place: 'x', title: none, unit, combine, feeds: feeds.map(([point, scale]) => ({ point, name: none, field, scale })),
})
const points = (values: Record<string, { value?: number | null; rate?: number | null; stale?: boolean; t?: number }>) => (id: string) => {
  const v = values[id]
  return v && ({ id, values: { id, t: v.t ?? 9, stale: v.stale ?? false, value: v.value ?? null, rate: v.rate ?? null } } as unknown as Point)
}

describe('a place', () => {
  it('sums its points in its own unit', () => {
    const p = placeOf(bind('sum', 'MW', [['a', 0.001], ['b', 0.001]], 'rate'), points({ a: { rate: 5146.4 }, b: { rate: 4394.4 } }), 'zh')
    expect(p).toEqual({ text: '9.54', state: 'now', known: 2, all: 2, at: 9 })
  })
  it('tells no sum of which a part is missing', () => {
    const p = placeOf(bind('sum', 'm³/min', [['a', 1], ['b', 1]]), points({ a: { value: 13608 } }), 'zh')
    expect(p).toEqual({ text: '—', state: 'none', known: 1, all: 2 })
  })
  it('tells a range of what is known, and that some is not', () => {
    const b = bind('range', '%', [['a', 1], ['b', 1], ['c', 1]])
    expect(placeOf(b, points({ a: { value: 0.49 }, b: { value: 0.45 }, c: { value: 0.47 } }), 'zh').text).toBe('0.45–0.49')
    expect(placeOf(b, points({ a: { value: 0.49 } }), 'zh')).toMatchObject({ text: '0.49', state: 'old', known: 1, all: 3 })
    expect(placeOf(b, points({ a: { value: 37.41 }, b: { value: 6.4 }, c: { value: 35 } }), 'zh').text).toBe('6.4–37.4')
  })
  it('tells the largest, and that a point fell silent', () => {
    const p = placeOf(bind('max', '%', [['a', 1], ['b', 1]]), points({ a: { value: 0.49, stale: true, t: 3 }, b: { value: 0.45 } }), 'zh')
    expect(p).toMatchObject({ text: '0.49', state: 'old', at: 3 })
  })
  it('knows a zero from nothing', () => {
    expect(placeOf(bind('sum', 'MW', [['a', 1]]), points({ a: { value: 0 } }), 'zh').text).toBe('0.00')
    expect(placeOf(bind('sum', 'MW', []), points({}), 'zh').state).toBe('none')
  })
})
