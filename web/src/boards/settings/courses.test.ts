import { describe, expect, it } from 'vitest'
import { calm, courses } from './courses'

describe('courses', () => {
  it('puts hours into their places, as means, and leaves gaps', () => {
    const first = Date.parse('2026-01-01T00:00:00Z')
    const at = (hour: number) => new Date(first + hour * 3_600_000).toISOString()
    const row = courses([
      { point: 'a', from: at(0), amount: '10 kWh', covered: 1 },
      { point: 'a', from: at(2), amount: '5 kWh', covered: 0.5 },
      { point: 'a', from: at(23), amount: '1 kWh', covered: 0.1 },
      { point: 'a', from: at(24), amount: '9 kWh', covered: 1 },
    ], first).get('a')!
    expect(row.slice(0, 3)).toEqual([10, null, 10])
    expect(row).toHaveLength(24)
    expect(row[23]).toBeNull()
  })
})

describe('calm', () => {
  it('lays flat what moves in its last digit, and leaves all else', () => {
    expect(calm([17.1, null, 17.05])).toEqual([17.1, null, 17.1])
    expect(calm([17.1, 16])).toEqual([17.1, 16])
    expect(calm([null])).toEqual([null])
    expect(calm([0, 0])).toEqual([0, 0])
  })
})
