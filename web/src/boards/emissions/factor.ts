// The library of factors: search, and when each number holds.
import type { Text } from '@/i18n'
import type { Confidence, Factor } from './inventory'

export type { Sets } from '@/lib/schema'

/** A number over the years: all rows of one key, the oldest first. */
export interface Course {
  id: string
  kind: string
  key: string
  name: Text
  rows: Factor[]
  /** The weakest of the marks. */
  confidence: Confidence
}

/** Puts the rows of each key together. */
export function courses(rows: Factor[]): Course[] {
  const by = new Map<string, Course>()
  for (const f of rows) {
    const id = f.kind + '/' + f.key
    const c = by.get(id) ?? { id, kind: f.kind, key: f.key, name: f.name, rows: [], confidence: f.confidence }
    by.set(id, c)
    c.rows.push(f)
    if (f.confidence > c.confidence) c.confidence = f.confidence
  }
  for (const c of by.values()) c.rows.sort((a, b) => (a.from ?? '').localeCompare(b.from ?? ''))
  return [...by.values()]
}

/** When a row holds, as parts of a stretch of years; an open end goes on to the next row, or on. */
export interface Stretch {
  factor: Factor
  left: number
  width: number
  /** The end is not told: it holds until something supersedes it. */
  open: boolean
}

const yearOf = (day: string | undefined, otherwise: number): number => (day ? Number(day.slice(0, 4)) + (Number(day.slice(5, 7)) - 1) / 12 + (Number(day.slice(8, 10)) - 1) / 365 : otherwise)

/** Lays the rows of a key out between two years. */
export function timeline(rows: Factor[], first: number, last: number): Stretch[] {
  const span = last - first
  return rows.map((factor, i) => {
    const from = Math.max(first, yearOf(factor.from, first))
    const next = rows[i + 1]
    const to = Math.min(last, factor.to ? yearOf(factor.to, last) + 1 / 365 : next ? yearOf(next.from, last) : last)
    return { factor, left: (from - first) / span, width: Math.max(0.006, (to - from) / span), open: !factor.to && !next }
  })
}

/** The years that rows speak of, for the axis: at least ten, up to now. */
export function yearsOf(rows: Factor[], now: number): [first: number, last: number] {
  const begun = rows.map((f) => Math.floor(yearOf(f.from, now))).filter((y) => y > 1900)
  const ended = rows.map((f) => Math.ceil(yearOf(f.to, now)))
  const last = Math.max(now + 1, ...ended)
  return [Math.min(last - 10, ...begun), last]
}
