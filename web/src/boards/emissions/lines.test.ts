import { expect, it } from 'vitest'
import { grouped } from './lines'
import type { LineRow } from './inventory'

const line = (id: string, source: string, period: string, gas: string, mass: string, co2e: string, counted = true): LineRow => ({
  id, source, period, gas, mass, co2e, counted, name: { zh: source, en: source }, category: 'c', basis: counted ? 'direct' : 'market', clause: '', confidence: 'A',
})
const name = { line: (r: LineRow) => r.id, source: (r: LineRow) => r.source + '!', category: (r: LineRow) => r.category, period: (r: LineRow) => r.period }

it('adds up what the total counts, and only that', () => {
  const rows = [line('a', 'shaft', '2025-01', 'CH4', '10 tCH4', '210 tCO2e'), line('b', 'shaft', '2025-02', 'CH4', '1/2 tCH4', '10.5 tCO2e'), line('c', 'grid', '2025-01', 'CO2', '5 tCO2', '5 tCO2e', false)]
  expect(grouped(rows, 'source', name)).toEqual([
    { id: 'shaft', name: 'shaft!', count: 2, gases: { CH4: 10.5 }, co2e: 220.5, share: 100 },
    { id: 'grid', name: 'grid!', count: 1, gases: {}, co2e: 0, share: 0 },
  ])
  expect(grouped(rows, 'period', name).map((g) => [g.id, g.co2e])).toEqual([['2025-01', 210], ['2025-02', 10.5]])
  expect(grouped([], 'source', name)).toEqual([])
})
