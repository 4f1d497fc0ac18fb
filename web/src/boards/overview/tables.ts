// The board's cards as tables: what is viewed as data, and what is exported, is
// what stands on the screen, on the same scale.
import type { Day, Figure, Measure, Overview, ToDo } from '@/lib/board'
import { lastMinute } from '@/lib/clock'
import type { Table } from '@/lib/export'
import { scaleOf } from '@/lib/figure'
import { toNumber, type Lang, type Numeric, type Scale } from '@/lib/format'
import { textIn } from '@/lib/text'
import { expected, groupsIn } from '@/options/monthly'

/** Words by their keys. */
export type Words = (key: string, values?: Record<string, unknown>) => string

export interface Sheet {
  board: Overview
  lang: Lang
  t: Words
  zone?: string | undefined
}

const onScale = (v: Numeric, scale: Scale): number | null => {
  const n = toNumber(v)
  return Number.isFinite(n) ? n / scale.by : null
}

const ratio = (v: Numeric): number | null => {
  const n = toNumber(v)
  return Number.isFinite(n) ? n * 100 : null
}

/** Of what the numbers are: place, period, basis, age. */
export function about({ board, lang, t, zone }: Sheet): string[] {
  const place = [textIn(board.name, lang), board.node ? textIn(board.node_name, lang) : ''].filter(Boolean).join(' ')
  return [
    `${place} ${board.period}`,
    `${t('overview.basis', { edition: textIn(board.edition_name, lang), gwp: board.gwp })} · ${textIn(board.total_name, lang)} · ${t('overview.factors', { set: board.factor_set, plan: board.plan_version })}`,
    t('overview.until', { day: lastMinute(board.newest, zone) }),
  ]
}

/** All single numbers of the board. */
export function figuresTable(s: Sheet): Table {
  const { board, lang, t } = s
  const all: Figure[] = [board.total, ...board.scopes, ...board.beside, board.year.budget, board.year.to_date, board.year.used, board.year.left, board.year.forecast, ...board.tiles, ...board.gas.rates, board.quality.coverage, board.quality.estimated]
  return {
    title: t('overview.title'), about: about(s),
    columns: [{ title: t('drawer.input') }, { title: t('drawer.amount') }, { title: t('chart.unit', { unit: '' }).trim() }, { title: t('picker.period') }, { title: t('overview.how') }, { title: t('drawer.covered'), unit: '%', digits: 1 }],
    rows: all.map((f) => {
      const scale = scaleOf(f.unit, f.value, lang)
      const value = onScale(f.value, scale)
      return [textIn(f.title, lang), value === null ? null : Number(value.toFixed(scale.digits)), scale.unit, f.period, f.value === null ? textIn(f.missing, lang) : t('figure.kind.' + f.kind), ratio(f.coverage)]
    }),
  }
}

/** The stack of months. */
export function monthsTable(s: Sheet, scale: Scale): Table {
  const { board, lang, t } = s
  const groups = groupsIn(board.months, board.groups)
  const column = (title: string) => ({ title, unit: scale.unit, digits: scale.digits })
  return {
    title: t('overview.months'), about: about(s),
    columns: [{ title: t('overview.month') }, ...groups.map((g) => column(textIn(g.title, lang))), column(t('overview.total')), column(t('overview.forecast')), column(t('overview.monthBudget')), { title: t('overview.state') }],
    rows: board.months.map((m) => [
      m.period, ...groups.map((g) => onScale(m.parts.find((p) => p.group === g.key)?.value, scale)), m.from === 'forecast' ? null : onScale(m.total.value, scale),
      onScale(expected(m), scale), onScale(m.budget?.value, scale), m.from === 'missing' ? t('overview.noData') : textIn(m.state_name, lang),
    ]),
  }
}

/** The ranking of the sources. */
export function sourcesTable(s: Sheet, scale: Scale): Table {
  const { board, lang, t } = s
  return {
    title: t('overview.sources'), about: about(s),
    columns: [{ title: t('overview.sources') }, { title: t('drawer.amount'), unit: scale.unit, digits: scale.digits }, { title: t('overview.share'), unit: '%', digits: 1 }, { title: t('overview.yoy'), unit: '%', digits: 1 }, { title: t('overview.how') }],
    rows: board.sources.map((r) => [textIn(r.title, lang), onScale(r.value, scale), ratio(r.share), ratio(r.change?.share), textIn(r.how, lang)]),
  }
}

/** The links of the gas balance. */
export function gasTable(s: Sheet, scale: Scale): Table {
  const { board, lang, t } = s
  const name = new Map(board.gas.nodes.map((n) => [n.node, textIn(n.title, lang)]))
  return {
    title: t('overview.gas'), about: [...about(s), textIn(board.gas.state, lang)],
    columns: [{ title: t('overview.gasFrom') }, { title: t('overview.gasTo') }, { title: t('drawer.amount'), unit: scale.unit, digits: scale.digits }],
    rows: board.gas.links.map((l) => [name.get(l.from) ?? l.from, name.get(l.to) ?? l.to, onScale(l.value, scale)]),
  }
}

/** The register of measures. */
export function measuresTable(s: Sheet, scale: Scale): Table {
  const { board, lang, t } = s
  const column = (title: string) => ({ title, unit: scale.unit, digits: scale.digits })
  const row = (m: Measure) => [textIn(m.name, lang), t('overview.statusOf.' + m.status), onScale(m.planned.value, scale), onScale(m.through_2030.value, scale), onScale(m.measured.value, scale)]
  const [year, far] = board.measures.target
  return {
    title: t('overview.measures', { year: board.year.year }), about: [...about(s), textIn(board.measures.note, lang)],
    columns: [{ title: t('overview.measure') }, { title: t('overview.status') }, column(t('overview.rungs', { year: board.year.year })), column(t('overview.far')), column(t('overview.measuredRow'))],
    rows: [...board.measures.items.map(row), [t('overview.target'), '', onScale(year?.value, scale), onScale(far?.value, scale), null]],
  }
}

/** The days. */
export function daysTable(s: Sheet, scale: Scale): Table {
  const { board, lang, t } = s
  const groups = board.groups.filter((g) => board.days.some((d) => d.parts?.[g.key] !== undefined))
  const column = (title: string) => ({ title, unit: scale.unit, digits: scale.digits })
  return {
    title: t('overview.days'), about: [...about(s), textIn(board.days_method, lang)],
    columns: [{ title: t('overview.day') }, ...groups.map((g) => column(textIn(g.title, lang))), column(t('overview.total')), { title: t('overview.coverage'), unit: '%', digits: 1 }],
    rows: board.days.map((d: Day) => [d.date, ...groups.map((g) => onScale(d.parts?.[g.key], scale)), onScale(d.value, scale), ratio(d.coverage)]),
  }
}

/** What is left to do. */
export function todoTable(s: Sheet): Table {
  const { board, lang, t } = s
  return {
    title: t('overview.todo'), about: about(s),
    columns: [{ title: t('overview.status') }, { title: t('drawer.about') }, { title: t('overview.todo') }, { title: t('picker.period') }],
    rows: board.quality.todo.map((d: ToDo) => [t('overview.' + d.severity, { n: '' }).trim(), textIn(d.owner_name, lang), textIn(d.text, lang), d.due?.slice(0, 10) ?? (d.periods ?? []).join(', ')]),
  }
}
