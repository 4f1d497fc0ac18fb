// A day of the calendar as a number that can be opened.
import type { Day, Figure, Overview } from '@/lib/board'
import { num } from '@/lib/format'

export const dayID = (date: string): string => 'day.' + date

/** Makes the figure of a day: its groups are what it is made of. */
export function dayFigure(board: Overview, id: string): Figure | undefined {
  const day: Day | undefined = board.days.find((d) => dayID(d.date) === id)
  if (!day) return undefined
  const month = day.date.slice(0, 7)
  const node = board.node ? { node: board.node } : {}
  const inputs = board.groups.filter((g) => day.parts?.[g.key] !== undefined).map((g) => ({ title: g.title, value: day.parts![g.key]!, unit: 'tCO2e', ref: { period: month, group: g.key, ...node } }))
  const sum = (lang: 'zh' | 'en') => inputs.map((i) => `${i.title[lang]} ${num(i.value, 2, lang)}`).join(' + ') + ` = ${num(day.value, 2, lang)} tCO₂e`
  return {
    id, title: { zh: `${day.date} 排放`, en: `Emissions of ${day.date}` }, value: day.value, unit: 'tCO2e', period: day.date, kind: 'estimate', coverage: day.coverage, estimated: null,
    definition: board.days_method, formula: inputs.length ? { zh: sum('zh'), en: sum('en') } : { zh: '', en: '' }, inputs, ref: {}, lacking_count: 0,
  }
}
