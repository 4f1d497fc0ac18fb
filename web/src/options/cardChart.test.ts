import { describe, expect, it, vi } from 'vitest'
import type { Tokens } from '@/lib/chart-base'
import { amounts, broken, gradeOf, readings, type Row } from './cardChart'

const tokens = new Proxy({}, { get: (_, name: string) => (name === 'font' ? 'sans' : '#123456') }) as Tokens
const words = { measured: '实测', filled: '插补', partial: '不全', doubtful: '存疑' }

vi.stubGlobal('matchMedia', () => ({ matches: true }))

describe('amounts', () => {
  it.each([
    [{ covered: 1 }, 'measured'], [{ covered: 0.94 }, 'partial'], [{ covered: 1, estimated: 2 }, 'filled'], [{ covered: 1, substituted: 1 }, 'filled'],
    [{ covered: 0.5, flags: ['doubtful'] }, 'doubtful'], [{ covered: 1, flags: ['rollover'] }, 'measured'],
  ])('%o is %s', (a, want) => expect(gradeOf(a)).toBe(want))

  it('are a series a grade, and nothing where nothing is known', () => {
    const bars = [{ label: '01', value: 5, grade: 'measured' as const, note: '' }, { label: '02', value: null, grade: 'measured' as const, note: '' }, { label: '03', value: 2, grade: 'partial' as const, note: '' }]
    const o = amounts(bars, { unit: 'm³', colour: 'c_vam', words, missing: '—', print: String })(tokens, 900)
    const series = o.series as { name: string; data: (number | null)[] }[]
    expect(series.map((s) => s.name)).toEqual(['实测', '不全'])
    expect(series[0]!.data).toEqual([5, null, null])
    expect(series[1]!.data).toEqual([null, null, 2])
  })
})

describe('readings', () => {
  const rows: Row[] = [{ t: '2025-06-01T00:00:00Z', v: 1, q: 'good' }, { t: '2025-06-01T00:15:00Z', v: 2, q: 'good' }, { t: '2025-06-01T01:30:00Z', v: 3, q: 'good' }, { t: '2025-06-01T01:45:00Z', v: 9, q: 'suspect' }]

  it('break where some are missing', () => {
    expect(broken(rows.slice(0, 3), 900_000).map(([, v]) => v)).toEqual([1, 2, null, 3])
    expect(broken([{ t: '2025-06-01T00:00:00Z', v: null, q: 'good' }], 900_000)).toEqual([])
  })

  it('mark what is doubted by a shape of its own', () => {
    const o = readings(rows, { from: 0, to: 8, unit: '%', colour: 'c_vam', words: { good: '正常', suspect: '可疑' }, time: String, print: String, stepMS: 900_000, kind: 'gauge' })(tokens, 900)
    expect((o.series as { name: string; symbol: string }[]).map((s) => [s.name, s.symbol])).toEqual([['正常', 'circle'], ['可疑', 'diamond']])
  })
})
