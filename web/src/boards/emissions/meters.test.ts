import { describe, expect, it } from 'vitest'
import type { Amount } from '@/lib/schema'
import { barsOf, daysOf, feedersOf, told, worstDay } from './meters'
import type { CardInput } from './inventory'
import type { Plan } from './plan'

const amount = (day: string, covered: number): Amount => ({ point: 'p', from: day + 'T00:00:00Z', to: day, amount: '10 m3', covered, hours: 24 })
const day = (instant: string) => instant.slice(0, 10)

describe('meters of an input', () => {
  const input = { id: 'underground/2025-06#vent', value: { quantity: '1 m3', how: 'meter', meter: { points: ['shaft-1-ch4', 'x'], hours: 720, covered: 1, substituted: 0, estimated: 0 } } } as CardInput
  it('are named by the plan, and by themselves where it does not know them', () => {
    const plan = { parameters: [{ source: 'underground', name: 'vent', points: [{ id: 'shaft-1-ch4', name: { zh: '一号', en: 'one' }, meters: ['q', 'c'] }] }] } as unknown as Plan
    expect(feedersOf(input, plan).map((f) => [f.name.zh, f.meters.length])).toEqual([['一号', 2], ['x', 1]])
    expect(feedersOf(input, undefined)[0]!.meters).toEqual(['shaft-1-ch4'])
  })

  it('leave a gap where nothing is known', () => {
    const bars = barsOf(['2025-06-01', '2025-06-02'], (a) => day(a.from), [amount('2025-06-02', 0.9)], 'zh', { covered: (s) => s })
    expect(bars.map((b) => [b.value, b.grade, b.note])).toEqual([[null, 'measured', ''], [10, 'partial', '90.0 %']])
  })

  it('begin with the worst day, else with the last', () => {
    expect(worstDay([amount('2025-06-01', 1), amount('2025-06-02', 0.5), amount('2025-06-03', 0.9)], day)).toBe('2025-06-02')
    expect(worstDay([amount('2025-06-01', 1), amount('2025-06-03', 1)], day)).toBe('2025-06-03')
    expect(worstDay([], day)).toBe('')
  })

  it('tell what came again once', () => {
    const row = { t: '2025-06-01T00:00:00Z', v: 1, q: 'good' as const }
    expect(told([row, { ...row }, { ...row, v: 2 }]).map((r) => r.times)).toEqual([2, 1])
  })

  it.each([['2025-02', 28], ['2024-02', 29], ['2025-12', 31]])('%s has %i days', (m, n) => expect(daysOf(m)).toHaveLength(n))
})
