import { describe, expect, it } from 'vitest'
import { isMonth, length, periodText, shift } from './period'

describe('months', () => {
  it.each([['2025-01', -1, '2024-12'], ['2025-12', 1, '2026-01'], ['2025-05', 0, '2025-05'], ['2024-02', 24, '2026-02']] as const)('%s and %i is %s', (m, by, want) => expect(shift(m, by)).toBe(want))
  it.each([['2025-01', true], ['2025-13', false], ['2025-00', false], ['2025-1', false], [undefined, false]] as const)('%s is a month: %s', (m, want) => expect(isMonth(m)).toBe(want))
  it('counts both ends', () => expect(length('2024-11', '2025-02')).toBe(4))
})

describe('periods', () => {
  it.each([
    ['2025-01..2025-10', '2025 年 1–10 月', 'Jan–Oct 2025'], ['2025-01..2025-12', '2025 年', '2025'], ['2025', '2025 年', '2025'],
    ['2025-03', '2025 年 3 月', 'Mar 2025'], ['2025-03..2025-03', '2025 年 3 月', 'Mar 2025'],
    ['2024-11..2025-02', '2024-11 – 2025-02', '2024-11 – 2025-02'], ['2025-03-14', '2025-03-14', '2025-03-14'],
  ])('%s', (p, zh, en) => {
    expect(periodText(p, 'zh')).toBe(zh)
    expect(periodText(p, 'en')).toBe(en)
  })
})
