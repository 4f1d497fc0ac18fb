import type { Group, Month } from '@/lib/board'
import { base, xAxis, yAxis, type Builder, type Tokens } from '@/lib/chart-base'
import { toNumber, type Scale } from '@/lib/format'

/** What the chart of the months on the wall is made of. */
export interface WallMonths {
  groups: Group[]
  /** Those of one year. */
  months: Month[]
  scale: Scale
  forecast: string
  budget: string
}

const size = 16

/** The months of a year as stacked groups, what is expected of those to come as hollow bars, and the budget as a line of steps. */
export function wallMonthly(d: WallMonths): Builder {
  const of = (v: string | null | undefined) => {
    const n = toNumber(v)
    return Number.isFinite(n) ? n / d.scale.by : null
  }
  return (t) => ({
    ...base(t, size), animation: false,
    legend: { show: false }, tooltip: { show: false },
    grid: { left: 0, right: 4, top: 14, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: xAxis(t, size, { type: 'category', data: d.months.map((m) => String(Number(m.period.slice(5)))) }) as object,
    yAxis: yAxis(t, size) as object,
    series: [
      ...d.groups.map((g) => ({
        type: 'bar' as const, name: g.key, stack: 'known', barWidth: '52%', silent: true,
        itemStyle: { color: t[g.key.replaceAll('-', '_')]!, borderColor: t.surface!, borderWidth: 1 },
        data: d.months.map((m) => (m.from === 'forecast' ? null : of(m.parts.find((p) => p.group === g.key)?.value))),
      })),
      expected(d, t, of),
      {
        type: 'line' as const, name: d.budget, step: 'middle' as const, symbol: 'none', silent: true, z: 4,
        lineStyle: { color: t.c_target!, width: 1.6 }, itemStyle: { color: t.c_target! }, data: d.months.map((m) => of(m.budget?.value)),
      },
    ],
  })
}

/** A hollow bar is what is expected of a month that is not over: it stands around what is known of it. */
function expected(d: WallMonths, t: Tokens, of: (v: string | null | undefined) => number | null) {
  const text = { show: true, formatter: d.forecast, rotate: 90, position: 'inside' as const, color: t.text_2!, fontFamily: t.font!, fontSize: size }
  return {
    type: 'bar' as const, name: d.forecast, barGap: '-100%', barWidth: '52%', silent: true, z: 1,
    itemStyle: { color: 'transparent', borderColor: t.text_3!, borderWidth: 1, borderType: 'dashed' as const },
    data: d.months.map((m) => {
      const open = m.from === 'open' || m.from === 'forecast'
      const value = open ? of(m.expected?.value ?? (m.from === 'forecast' ? m.total.value : null)) : null
      return m.from === 'forecast' ? { value, label: text } : value
    }),
  }
}
