// What one point measured, by the day or the month. Time without readings pales.
import { base, faint, xAxis, yAxis, type Builder } from '@/lib/chart-base'
import { unitText } from '@/lib/figure'
import { num, percent, toNumber, withUnit, type Lang } from '@/lib/format'
import type { Amount } from '@/lib/schema'
import { tip } from './tip'

export interface Course {
  rows: Amount[]
  lang: Lang
  label: (a: Amount) => string
  words: { coverage: string }
}

/** Below this share of the time a bar is pale. */
export const sure = 0.95

/** Builds the bars of a point's course. */
export function amounts(d: Course): Builder {
  return (t) => {
    const unit = unitText(d.rows[0]?.amount.split(/ (.*)/s)[1] ?? '')
    return {
      ...base(t, 12),
      grid: { left: 4, right: 4, top: 32, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: {
        ...base(t, 12).tooltip as object, trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: faint(t.c_ctx!, 0.12) } },
        formatter: (p: unknown) => {
          const a = d.rows[(p as { dataIndex: number }[])[0]?.dataIndex ?? 0]!
          return tip(d.label(a), [{ name: '', value: withUnit(num(a.amount, 1, d.lang), unit), strong: true }, { name: d.words.coverage, value: percent(a.covered, 1, d.lang) + '\u00a0%' }])
        },
      },
      xAxis: xAxis(t, 12, { type: 'category', data: d.rows.map((a) => d.label(a).slice(5)), axisLabel: { color: t.text_3, fontSize: 12, fontFamily: t.font, hideOverlap: true } }),
      yAxis: yAxis(t, 12, { name: unit, splitNumber: 3, axisLabel: { color: t.text_3, fontSize: 12, fontFamily: t.font, formatter: (v: number) => num(v, 0, d.lang) } }),
      series: [{ type: 'bar', barMaxWidth: 18, data: d.rows.map((a) => ({ value: toNumber(a.amount), itemStyle: { color: a.covered < sure ? faint(t.c_ctx!, 0.45) : t.c_ctx, borderRadius: 1 } })) }],
    } as ReturnType<Builder>
  }
}
