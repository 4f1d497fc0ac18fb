// The days of a period as a calendar: the more, the darker.
import type { Day, Group } from '@/lib/board'
import { base, type Builder } from '@/lib/chart-base'
import { printed } from '@/lib/figure'
import { num, percent, toNumber, withUnit, type Lang, type Scale } from '@/lib/format'
import { length, monthName, shift } from '@/lib/period'
import { textIn } from '@/lib/text'
import { tip } from './tip'

export interface Days {
  days: Day[]
  groups: Group[]
  lang: Lang
  words: { coverage: string; total: string }
  size?: number
}

const WEEK: Record<Lang, string[]> = { zh: ['日', '一', '二', '三', '四', '五', '六'], en: ['S', 'M', 'T', 'W', 'T', 'F', 'S'] }

/** The days are told in whole tonnes. */
export const dayScale: Scale = { by: 1, unit: 'tCO₂e', digits: 0 }

function nice(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(n) || 1)) - 2)
  return Math.round(n / (unit * 5)) * unit * 5
}

/** Three bounds at the quarters of the values, rounded; fewer where they fall together. */
export function bounds(values: number[]): number[] {
  const known = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (known.length === 0) return []
  const at = [0.25, 0.5, 0.75].map((q) => nice(known[Math.floor(q * (known.length - 1))]!))
  return at.filter((v, i) => i === 0 || v > at[i - 1]!)
}

/** Classes between the bounds, with their names and the steps of the scale of colours. */
export function classes(at: number[], lang: Lang, narrow = false): { gte?: number; lt?: number; label: string; step: number }[] {
  const told = (n: number) => num(n, 0, lang)
  if (at.length === 0) return []
  return Array.from({ length: at.length + 1 }, (_, i) => {
    const [from, to] = [at[i - 1], at[i]]
    const label = from === undefined ? `< ${told(to!)}` : to === undefined ? `≥ ${told(from)}` : narrow ? `${told(from)}–` : `${told(from)}–${told(to)}`
    return { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }), label, step: 4 - at.length + i }
  })
}

/** From the first day to the last of the months shown: a whole year where it fits, of a narrow chart the last months. */
export function range(days: Day[], narrow: boolean): [string, string] {
  const [first, last] = [days[0]!.date.slice(0, 7), days.at(-1)!.date.slice(0, 7)]
  const year = last.slice(0, 4)
  if (narrow) return [(length(first, last) > 5 ? shift(last, -4) : first) + '-01', endOf(last)]
  if (first.startsWith(year)) return [`${year}-01-01`, `${year}-12-31`]
  return [first + '-01', endOf(last)]
}

const endOf = (month: string): string => `${month}-${String(new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()).padStart(2, '0')}`

/** What a day says at the pointer. */
export function dayTip(d: Days, day: Day, colour: (group: string) => string): string {
  const told = (v: string | null | undefined) => withUnit(printed(v, dayScale, d.lang), dayScale.unit)
  const rows = d.groups.filter((g) => day.parts?.[g.key] !== undefined).map((g) => ({ name: textIn(g.title, d.lang), value: told(day.parts![g.key]), colour: colour(g.key) }))
  const covered = day.coverage === null ? '' : `${d.words.coverage} ${percent(day.coverage, 1, d.lang)}\u00a0%`
  return tip(day.date, [...rows, { name: d.words.total, value: told(day.value), strong: true }], covered)
}

/** Builds the calendar. */
export function calendar(d: Days): Builder {
  return (t, width) => {
    const size = d.size ?? 12
    const narrow = width < 520
    const at = new Map(d.days.map((day) => [day.date, day]))
    const text = { color: t.text_3, fontSize: size, fontFamily: t.font }
    const shown = d.days.filter((day) => day.value !== null)
    const [from, to] = range(d.days, narrow)
    return {
      ...base(t, size),
      tooltip: { ...base(t, size).tooltip as object, formatter: (p: unknown) => {
        const day = at.get((p as { value: [string] }).value[0])
        return day ? dayTip(d, day, (g) => t[g.replaceAll('-', '_')]!) : ''
      } },
      visualMap: {
        type: 'piecewise', orient: 'horizontal', left: narrow ? 0 : 30, bottom: 0, itemWidth: 12, itemHeight: 12, itemGap: narrow ? 8 : 12, itemSymbol: 'roundRect', textGap: 5, textStyle: { ...text, fontSize: narrow ? 11 : size },
        pieces: classes(bounds(shown.map((day) => toNumber(day.value))), d.lang, narrow).map(({ step, ...piece }) => ({ ...piece, color: t[`heat_${step}`] })),
      },
      calendar: {
        left: 30, right: 6, top: 24, bottom: 34, cellSize: ['auto', 'auto'], range: [from, to], splitLine: { lineStyle: { color: t.line_2, width: 1 } },
        itemStyle: { color: t.heat_0, borderColor: t.surface, borderWidth: 2 }, yearLabel: { show: false },
        monthLabel: { ...text, margin: 8, nameMap: Array.from({ length: 12 }, (_, i) => monthName(`2000-${String(i + 1).padStart(2, '0')}`, d.lang)) },
        dayLabel: { ...text, firstDay: 1, nameMap: WEEK[d.lang] },
      },
      series: [{ type: 'heatmap', coordinateSystem: 'calendar', data: shown.filter((day) => day.date >= from).map((day) => [day.date, toNumber(day.value)]) }],
    } as ReturnType<Builder>
  }
}
