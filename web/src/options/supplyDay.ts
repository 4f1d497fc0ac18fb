import { base, faint, xAxis, yAxis, type Builder } from '@/lib/chart-base'
import type { BoardSupply } from '@/lib/schema'

/** The supply of a day: the mean power of each step since it began. */
export interface DaySupply {
  step: BoardSupply['step']
  series: { group: string; title: string; values: (number | null)[] }[]
}

const size = 16
const instant = 0.001 // of an hour
const stepHours = { '15 min': 0.25, '1 h': 1 }

/** The day's supply by kind, one on the other, from midnight to midnight; what is not known leaves a gap. */
export function supplyDay(d: DaySupply): Builder {
  const h = stepHours[d.step]
  const clock = (v: number) => `${String(v).padStart(2, '0')}:00`
  return (t) => ({
    ...base(t, size), animation: false,
    legend: { show: false }, tooltip: { show: false },
    grid: { left: 0, right: 24, top: 12, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: xAxis(t, size, { type: 'value', min: 0, max: 24, interval: 6, axisLabel: { color: t.text_3, fontSize: size, fontFamily: t.font, formatter: clock } }) as object,
    yAxis: yAxis(t, size, { splitNumber: 3 }) as object,
    series: d.series.map((s) => {
      const colour = t[s.group.replaceAll('-', '_')]!
      return {
        type: 'line' as const, name: s.title, stack: 'supply', symbol: 'none', silent: true, connectNulls: false,
        lineStyle: { width: 1, color: colour }, itemStyle: { color: colour }, areaStyle: { color: faint(colour, 0.62), opacity: 1 },
        data: steps(s.values, h),
      }
    }),
  })
}

/** Each step's value stands from its begin to just before its end, for no instant may have two values in a stack. */
function steps(values: (number | null)[], h: number): [number, number | null][] {
  return values.flatMap((v, i): [number, number | null][] => [[i * h, v], [(i + 1) * h - instant, v]])
}
