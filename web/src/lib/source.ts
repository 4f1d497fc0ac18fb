// How what a number is made of is asked for.
import type { Figure, Head, Ref } from './board'
import { startOf } from './clock'
import { isMonth, shift } from './period'

/** The months of a reference; a year is its twelve, a day or nothing is none. */
export function monthsOf(period: string | undefined): [from: string, to: string] | undefined {
  const [from = '', to = from] = (period ?? '').split('..')
  if (isMonth(from) && isMonth(to)) return [from, to]
  return /^\d{4}$/.test(from) ? [`${from}-01`, `${from}-12`] : undefined
}

/** What of lines is asked for: the fields of a reference that narrow, and the board's basis. */
export function linesQuery(ref: Ref, head: Head): Record<string, string | undefined> {
  return { node: ref.node ?? head.node, source: ref.source, category: ref.category, group: ref.group, scope: ref.scope, edition: head.edition, gwp: head.gwp }
}

/** Tells whether a figure has lines of an inventory behind it. */
export function hasLines(f: Figure): boolean {
  return f.unit === 'tCO2e' && f.kind !== 'forecast' && !f.ref.register && monthsOf(f.ref.period) !== undefined
}

/** The instants between which points are asked for what they measured: of a month that still runs, up to the last full hour. */
export function stretchOf(period: string | undefined, zone: string | undefined, now: string): { from: string; to: string } | undefined {
  const months = monthsOf(period)
  if (!months) return undefined
  const from = startOf(months[0], zone)
  const hour = new Date(Math.floor(Date.parse(now) / 3_600_000) * 3_600_000).toISOString()
  const to = [startOf(shift(months[1], 1), zone), hour].sort()[0]!
  return from < to ? { from, to } : undefined
}

/** Where the calculation card of a line stands. */
export function cardPlace(line: string, period: string, head: Head): string {
  return '/emissions/card?' + new URLSearchParams({ period, line, edition: head.edition, gwp: head.gwp })
}

/** Where all lines that a number adds up stand. */
export function linesPlace(ref: Ref, head: Head): string {
  const { node, scope, group, edition, gwp } = linesQuery(ref, head)
  const asked = Object.entries({ edition, gwp, node, scope, colour: group }).filter((e): e is [string, string] => !!e[1])
  return `/emissions/working/${ref.period ?? head.period}?` + new URLSearchParams(asked)
}

/** A parameter and the months that lack it. */
export interface Lack {
  id: string
  months: string[]
}

/** Gathers "post-mining#raw_coal@2025-03" by parameter. */
export function gathered(lacking: string[]): Lack[] {
  const out = new Map<string, string[]>()
  for (const one of lacking) {
    const [id = one, month] = one.split('@')
    out.set(id, [...(out.get(id) ?? []), ...(month ? [month] : [])])
  }
  return [...out].map(([id, months]) => ({ id, months: distinct(months).sort() }))
}

/** Once each, in their order. */
export const distinct = (all: string[] | undefined): string[] => [...new Set(all ?? [])]
