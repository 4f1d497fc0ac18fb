// Entries of the book as the audit view tells them.
import type { Acted as Entry, Audit, Kind, Standing as Chain } from '@/lib/schema'

export type { Audit, Chain, Entry, Kind }

/** What is looked for, as the address keeps it; days are those of the mine's clock. */
export interface Sought {
  actor: string
  kind: string
  subject: string
  text: string
  from: string
  to: string
}

/** What is read of the chain: all of it holds, it breaks, or only a part was read so far. */
export function verdict(c: Chain): 'holds' | 'broken' | 'partly' {
  if (!c.ok) return 'broken'
  return c.checked_to < c.entries ? 'partly' : 'holds'
}

/** What an act is of, as a reader names it: a value has a cell, which says more than its own id. */
export function about(e: Entry): string {
  const told = (e.after ?? e.before) as Partial<Record<'source' | 'parameter' | 'month', unknown>> | undefined
  const cell = [told?.source, told?.parameter, told?.month]
  return cell.every((part) => typeof part === 'string') ? `${cell[0]}/${cell[1]} ${cell[2]}` : e.subject
}

/** Kinds by the noun that they are of, "filing.put" to filing, in the order in which they come. */
export function byNoun(kinds: Kind[]): Map<string, Kind[]> {
  const out = new Map<string, Kind[]>()
  for (const k of kinds) {
    const noun = k.kind.split('.')[0]!
    out.set(noun, [...(out.get(noun) ?? []), k])
  }
  return out
}
