// The months as a stack of what they emit, against their budget. What is not yet
// is hollow, dashed and named a forecast.
import type { Group, Month } from '@/lib/board'
import { base, faint, xAxis, yAxis, type Builder, type Tokens } from '@/lib/chart-base'
import { printed } from '@/lib/figure'
import { num, toNumber, withUnit, type Lang, type Scale } from '@/lib/format'
import { monthName } from '@/lib/period'
import { textIn } from '@/lib/text'
import { tip, type TipRow } from './tip'

/** What the stack of months says besides its numbers. */
export interface MonthlyWords {
  forecast: string
  rest: string
  budget: string
  total: string
  noData: string
}

export interface Monthly {
  months: Month[]
  groups: Group[]
  scale: Scale
  lang: Lang
  words: MonthlyWords
  size?: number
}

const valueOf = (v: string | null | undefined): number | null => (v === null || v === undefined ? null : toNumber(v))

/** What of a month is still expected: all of one that has not begun, else what its forecast is above what is known. */
export function expected(m: Month): number | null {
  if (m.from === 'forecast') return valueOf(m.total.value)
  const [all, known] = [valueOf(m.expected?.value), valueOf(m.total.value)]
  return all === null ? null : Math.max(0, all - (known ?? 0))
}

/** The groups that any month has something of. */
export function groupsIn(months: Month[], groups: Group[]): Group[] {
  return groups.filter((g) => months.some((m) => m.parts.some((p) => p.group === g.key && toNumber(p.value) !== 0)))
}

const part = (m: Month, group: string) => m.parts.find((p) => p.group === group)

const colourOf = (t: Tokens, group: string): string => t[group.replaceAll('-', '_')]!

function name(month: string, one: boolean, lang: Lang): string {
  return one ? monthName(month, lang) : month.endsWith('-01') ? `${monthName(month, lang)}\n${month.slice(0, 4)}` : String(Number(month.slice(5)))
}

/** The rows at the pointer. */
export function monthlyTip(d: Monthly, t: Tokens, m: Month): string {
  const told = (v: string | number | null | undefined) => withUnit(printed(v, d.scale, d.lang), d.scale.unit)
  const rows: TipRow[] = groupsIn(d.months, d.groups).filter((g) => part(m, g.key)).map((g) => ({ name: textIn(g.title, d.lang), value: told(part(m, g.key)!.value), colour: colourOf(t, g.key) }))
  if (m.from === 'missing') rows.push({ name: d.words.noData, value: '—' })
  else rows.push({ name: m.from === 'forecast' ? d.words.forecast : d.words.total, value: told(m.total.value), strong: true })
  if (m.from !== 'forecast' && expected(m)) rows.push({ name: `${d.words.rest} (${d.words.forecast})`, value: told(expected(m)) })
  if (m.budget) rows.push({ name: d.words.budget, value: told(m.budget.value) })
  return tip(m.period + (m.state_name ? ' · ' + textIn(m.state_name, d.lang) : ''), rows)
}

function stack(d: Monthly, t: Tokens, size: number): object[] {
  const away = (m: Month) => (m.asked ? 1 : 0.45)
  const bars = groupsIn(d.months, d.groups).map((g) => ({
    name: textIn(g.title, d.lang), type: 'bar', stack: 'month', barWidth: '52%', itemStyle: { color: colourOf(t, g.key), borderColor: t.surface, borderWidth: 1 },
    emphasis: { focus: 'series' },
    data: d.months.map((m) => ({ value: m.from === 'forecast' ? null : valueOf(part(m, g.key)?.value), id: part(m, g.key)?.id ?? m.total.id, itemStyle: { opacity: away(m) } })),
  }))
  const room = Math.max(...d.months.map((m) => Math.max(valueOf(m.total.value) ?? 0, valueOf(m.budget?.value) ?? 0))) * 0.16
  const rest = {
    name: d.words.forecast, type: 'bar', stack: 'month', barWidth: '52%', itemStyle: { color: 'transparent', borderColor: t.c_ctx, borderType: 'dashed', borderWidth: 1.2 },
    label: { show: true, position: 'inside', rotate: 90, color: t.text_3, fontSize: size, fontFamily: t.font },
    data: d.months.map((m) => {
      const value = expected(m)
      return { value: value || null, id: m.expected?.id ?? m.total.id, label: { formatter: (value ?? 0) > room ? d.words.forecast : '' } }
    }),
  }
  const nothing = {
    name: d.words.noData, type: 'bar', stack: 'month', silent: true, label: { show: true, position: 'top', color: t.text_3, fontSize: size, fontFamily: t.font, formatter: '—' },
    data: d.months.map((m) => (m.from === 'missing' && !expected(m) ? 0 : null)),
  }
  return [...bars, rest, nothing]
}

/** How many rows a legend takes: its mark and its gap are 31 px an entry. */
export function legendRows(names: string[], size: number, width: number): number {
  let [rows, used] = [1, 0]
  for (const name of names) {
    const entry = [...name].reduce((n, c) => n + (c > '\u2e7f' ? 1 : 0.58), 0) * size + 31
    if (used > 0 && used + entry > width) [rows, used] = [rows + 1, 0]
    used += entry
  }
  return rows
}

/** Builds the chart of the months. */
export function monthly(d: Monthly): Builder {
  return (t, width) => {
    const size = d.size ?? 12
    const one = d.months.length <= 12
    const narrow = width < 520
    const budget = d.months.some((m) => m.budget)
    const line = { name: d.words.budget, type: 'line', step: 'middle', symbol: 'none', z: 5, lineStyle: { color: t.c_target, width: 1.6 }, itemStyle: { color: t.c_target }, data: d.months.map((m) => valueOf(m.budget?.value)) }
    const known = groupsIn(d.months, d.groups).map((g) => ({ name: textIn(g.title, d.lang) }))
    const ahead = d.months.some((m) => expected(m)) ? [{ name: d.words.forecast, icon: 'path://M0,0H10V10H0ZM1.5,1.5V8.5H8.5V1.5Z', itemStyle: { color: t.c_ctx, borderWidth: 0 } }] : []
    const legend = [...known, ...ahead, ...(budget ? [{ name: d.words.budget, icon: 'path://M0,4H14V6H0Z' }] : [])]
    return {
      ...base(t, size),
      legend: { ...base(t, size).legend as object, data: legend },
      tooltip: {
        ...base(t, size).tooltip as object, trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: faint(t.c_ctx!, 0.12) } },
        formatter: (p: unknown) => monthlyTip(d, t, d.months[(p as { dataIndex: number }[])[0]?.dataIndex ?? 0]!),
      },
      grid: { left: 4, right: 4, top: 34 + 24 * legendRows(legend.map((l) => l.name), size, width), bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: xAxis(t, size, { type: 'category', data: d.months.map((m) => m.period), axisLabel: { color: t.text_3, fontSize: size, fontFamily: t.font, interval: narrow && !one ? 2 : 0, hideOverlap: true, formatter: (m: string) => name(m, one, d.lang) } }),
      yAxis: yAxis(t, size, { name: d.scale.unit, axisLabel: { color: t.text_3, fontSize: size, fontFamily: t.font, formatter: (v: number) => num(v / d.scale.by, 0, d.lang) } }),
      series: [...stack(d, t, size), ...(budget ? [line] : [])],
    } as ReturnType<Builder>
  }
}
