// A source over the months: closed, as it would be closed, still running.
import { base, faint, xAxis, yAxis, type Builder } from '@/lib/chart-base'
import type { BoardOrigin as Origin } from '@/lib/schema'
import { tip } from './tip'

type From = Origin['from']

/** A month in the unit of the chart; null is unknown. */
export interface TrendMonth {
  period: string
  from: From
  total: number | null
}

/** Bars by month, a series for how far each has come, so that the legend tells it. */
export function trend(months: TrendMonth[], o: { unit: string; words: Record<From, string>; print: (v: number) => string; chosen: string }): Builder {
  return (t, width) => {
    const size = width < 520 ? 11 : 12
    const look: Record<From, object> = {
      closed: { color: t.accent }, working: { color: faint(t.accent!, 0.55) },
      open: { color: faint(t.accent!, 0.18), borderColor: t.accent, borderType: 'dashed', borderWidth: 1 }, missing: {},
    }
    const kinds = (['closed', 'working', 'open'] as From[]).filter((f) => months.some((m) => m.from === f && m.total !== null))
    return {
      ...base(t, size),
      legend: { ...(base(t, size).legend as object), data: kinds.map((f) => o.words[f]) },
      grid: { left: 4, right: 8, top: 58, bottom: 4, outerBoundsMode: 'same' },
      tooltip: {
        ...(base(t, size).tooltip as object), trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: (list: unknown) => {
          const m = months[(list as { dataIndex: number }[])[0]?.dataIndex ?? 0]!
          return m.total === null ? tip(m.period, [], o.words.missing) : tip(m.period, [{ name: o.words[m.from], value: `${o.print(m.total)} ${o.unit}`, strong: true }])
        },
      },
      xAxis: xAxis(t, size, { type: 'category', data: months.map((m) => m.period) }) as never,
      yAxis: yAxis(t, size, { name: o.unit }) as never,
      series: kinds.map((f) => ({
        type: 'bar' as const, name: o.words[f], stack: 'all', barMaxWidth: 26, itemStyle: look[f], cursor: 'pointer',
        data: months.map((m) => (m.from !== f || m.total === null ? null : m.period === o.chosen ? { value: m.total, itemStyle: { borderColor: t.text!, borderWidth: 2, borderType: 'solid' as const } } : m.total)),
      })),
    }
  }
}
