// Entries of the book as the audit view tells them.
import type { Text } from '@/i18n'

export interface Entry {
  seq: number
  at: string
  actor: string
  address?: string
  kind: string
  title: Text
  subject: string
  before?: unknown
  after?: unknown
  hash: string
}

/** How far the chain was checked, and where it does not hold. */
export interface Chain {
  ok: boolean
  entries: number
  checked_to: number
  broken_at?: number
}

export interface Audit {
  entries: Entry[]
  next?: string | number
  chain: Chain
}

/** What is looked for, as the address keeps it. */
export interface Sought {
  actor: string
  kind: string
  subject: string
  from: string
  to: string
}

/** A search as the server takes it: days by the mine's clock, the last one with all of its hours. */
export function asked(s: Sought, startOf: (day: string) => string): Record<string, string> {
  const day = /^\d{4}-\d{2}-\d{2}$/
  return { actor: s.actor, kind: s.kind, subject: s.subject, from: day.test(s.from) ? startOf(s.from) : '', to: day.test(s.to) ? startOf(after(s.to)) : '' }
}

/** The day behind a day. */
export function after(day: string): string {
  return new Date(Date.parse(day + 'T00:00:00Z') + 86_400_000).toISOString().slice(0, 10)
}

/** What is read of the chain: all of it holds, it breaks, or only a part was read so far. */
export function verdict(c: Chain): 'holds' | 'broken' | 'partly' {
  if (!c.ok) return 'broken'
  return c.checked_to < c.entries ? 'partly' : 'holds'
}
