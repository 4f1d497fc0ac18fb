import { expect, it } from 'vitest'
import { courses, timeline, yearsOf } from './factor'
import type { Factor } from './inventory'

const row = (from: string, to: string, value: string, confidence: 'A' | 'B' | 'C' = 'A'): Factor => ({ set: 's', kind: 'grid_province', key: 'CN-14', name: { zh: '山西', en: 'Shanxi' }, value, from, to, source: '', confidence })
const rows = [row('2023-01-01', '2023-12-31', '0.6634 kg/kWh', 'C'), row('2022-01-01', '2022-12-31', '0.7096 kg/kWh'), row('2024-01-01', '', '0.6 kg/kWh')]

it('puts the rows of a key together, oldest first, with the weakest mark', () => {
  const [c] = courses(rows)
  expect([c!.rows.map((r) => r.from!.slice(0, 4)).join(' '), c!.confidence]).toEqual(['2022 2023 2024', 'C'])
})

it('lays them out without gaps, the last open', () => {
  const [c] = courses(rows)
  const [a, b, d] = timeline(c!.rows, 2020, 2030)
  expect(a!.left).toBeCloseTo(0.2, 2)
  expect(a!.left + a!.width).toBeCloseTo(b!.left, 2)
  expect([a!.open, d!.open]).toEqual([false, true])
  expect(d!.left + d!.width).toBeCloseTo(1, 5)
})

it('shows ten years at least', () => {
  expect(yearsOf(rows, 2026)).toEqual([2017, 2027])
  expect(yearsOf([row('2005-06-01', '', '1 t')], 2026)).toEqual([2005, 2027])
})
