// The rows behind a card: what a meter said by day or hour, and reading by
// reading, each with its quality marked by shape and word and not by colour alone.
import { base, faint, xAxis, yAxis, type Builder } from '@/lib/chart-base'
import type { Amount, Reading } from '@/lib/schema'
import { tip } from './tip'

/** How far an amount can be relied on. */
export type Grade = 'measured' | 'filled' | 'partial' | 'doubtful'

/** An amount of a stretch; null where nothing is known, which is not zero. */
export interface Bar {
  label: string
  value: number | null
  grade: Grade
  /** What the tooltip says below the value. */
  note: string
}

/** Below this share of its time with readings an amount is marked. */
export const enough = 0.95

/** Grades an amount: the worst that is known of it. */
export function gradeOf(a: Pick<Amount, 'covered' | 'estimated' | 'substituted' | 'flags'>): Grade {
  if (a.flags?.some((f) => f === 'doubtful' || f === 'contested')) return 'doubtful'
  if (a.covered < enough) return 'partial'
  return a.estimated || a.substituted ? 'filled' : 'measured'
}

const grades: Grade[] = ['measured', 'filled', 'partial', 'doubtful']

/** Bars by day or hour, one series a grade, so that the legend tells the words. */
export function amounts(bars: Bar[], o: { unit: string; colour: string; words: Record<Grade, string>; missing: string; print: (v: number) => string; chosen?: number }): Builder {
  return (t, width) => {
    const size = width < 520 ? 11 : 12
    const tint = t[o.colour]!
    const look: Record<Grade, object> = {
      measured: { color: tint },
      filled: { color: faint(tint, 0.25), borderColor: tint, borderType: 'dashed', borderWidth: 1 },
      partial: { color: t.warn, decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: 0.7, color: faint(t.surface!, 0.6) } },
      doubtful: { color: t.bad },
    }
    const used = grades.filter((g) => g === 'measured' || bars.some((b) => b.grade === g && b.value !== null))
    const names = new Map(used.map((g) => [o.words[g], g]))
    return {
      ...base(t, size),
      legend: { ...(base(t, size).legend as object), show: used.length > 1, data: used.map((g) => o.words[g]) },
      grid: { left: 4, right: 8, top: used.length > 1 ? 58 : 34, bottom: 4, outerBoundsMode: 'same' },
      tooltip: {
        ...(base(t, size).tooltip as object), trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: (list: unknown) => {
          const i = (list as { dataIndex: number }[])[0]?.dataIndex ?? 0
          const b = bars[i]!
          return b.value === null ? tip(b.label, [], o.missing) : tip(b.label, [{ name: o.words[b.grade], value: `${o.print(b.value)} ${o.unit}`, strong: true }], b.note)
        },
      },
      xAxis: xAxis(t, size, { type: 'category', data: bars.map((b) => b.label) }) as never,
      yAxis: yAxis(t, size, { name: o.unit }) as never,
      series: [...names].map(([name, g]) => ({
        type: 'bar' as const, name, stack: 'all', barMaxWidth: 22, itemStyle: look[g], cursor: 'pointer',
        data: bars.map((b, i) => (b.grade !== g || b.value === null ? null : i === o.chosen ? { value: b.value, itemStyle: { borderColor: t.text!, borderWidth: 2, borderType: 'solid' as const } } : b.value)),
      })),
    }
  }
}

/** One reading as it came. */
export type Row = Pick<Reading, 't' | 'v' | 'q' | 'why'>

/** Readings of a stretch: what counts is a line, the others stand on it as marks. */
export function readings(rows: Row[], o: { from: number; to: number; unit: string; colour: string; words: Record<string, string>; time: (ms: number) => string; print: (v: number) => string; stepMS: number; kind: string }): Builder {
  const marks: [quality: string, symbol: string, token: string][] = [['suspect', 'diamond', 'warn'], ['bad', 'triangle', 'bad'], ['quarantined', 'rect', 'bad'], ['manual', 'circle', 'info']]
  return (t, width) => {
    const size = width < 520 ? 11 : 12
    const good = broken(rows.filter((r) => r.q === 'good' || r.q === 'manual'), o.stepMS)
    const rest = marks.filter(([q]) => rows.some((r) => r.q === q && r.v !== null))
    return {
      ...base(t, size),
      legend: { ...(base(t, size).legend as object), icon: undefined, show: rest.length > 0 } as never,
      grid: { left: 4, right: 8, top: rest.length ? 58 : 34, bottom: 4, outerBoundsMode: 'same' },
      tooltip: {
        ...(base(t, size).tooltip as object), trigger: 'item',
        formatter: (p: unknown) => {
          const [ms, v] = (p as { value: [number, number] }).value
          return tip(o.time(ms), [{ name: (p as { seriesName: string }).seriesName, value: `${o.print(v)} ${o.unit}`, strong: true }])
        },
      },
      xAxis: xAxis(t, size, { type: 'value', min: o.from, max: o.to, interval: (o.to - o.from) / (width < 520 ? 4 : 8), axisLabel: { color: t.text_3, fontSize: size, formatter: (ms: number) => o.time(ms).slice(-5), hideOverlap: true } }) as never,
      yAxis: yAxis(t, size, { name: o.unit, scale: true }) as never,
      series: [
        { type: 'line' as const, name: o.words.good!, data: good as never, showSymbol: false, symbol: 'circle', symbolSize: 4, step: o.kind === 'gauge' ? 'end' as const : false as const, lineStyle: { color: t[o.colour]!, width: 1.5 }, itemStyle: { color: t[o.colour]! } },
        ...rest.map(([q, symbol, token]) => ({
          type: 'scatter' as const, name: o.words[q] ?? q, symbol, symbolSize: 9, itemStyle: { color: t[token]! }, z: 3,
          data: rows.filter((r) => r.q === q && r.v !== null).map((r) => [Date.parse(r.t), r.v!]),
        })),
      ],
    }
  }
}

/** Breaks the line where readings are missing: a gap is not a slope. */
export function broken(rows: Row[], stepMS: number): [number, number | null][] {
  const out: [number, number | null][] = []
  for (const r of rows) {
    if (r.v === null) continue
    const at = Date.parse(r.t)
    const last = out.at(-1)
    if (last && stepMS > 0 && at - last[0] > 2.5 * stepMS) out.push([last[0] + stepMS, null])
    out.push([at, r.v])
  }
  return out
}
