// What is to be seen of a cell at a glance, and by what a reviewer picks rows.
import type { Slot } from './book'
import type { Finding, Row, Severity } from './types'

/** Findings that still ask for something: what is explained or only noted does not. */
export const openFindings = (findings: Finding[] | undefined): Finding[] => (findings ?? []).filter((f) => f.severity !== 'note' && !f.cleared)

const weight: Record<Severity, number> = { hard: 3, explain: 2, note: 1 }

/** The gravest finding that is not cleared. */
export function gravest(findings: Finding[] | undefined): Severity | undefined {
  return (findings ?? []).filter((f) => !f.cleared).map((f) => f.severity).sort((a, b) => weight[b] - weight[a])[0]
}

/** The kinds of evidence that the plan asks for and a filed value lacks. */
export function lacking(row: Row, slot: Slot): string[] {
  const papers = slot.cell.evidence ?? []
  if (!slot.cell.value || papers.some((e) => e.sha256 === '')) return [] // what is kept elsewhere is taken at its word
  const held = new Set(papers.map((e) => e.kind))
  return row.required.filter((kind) => !held.has(kind))
}

/** A cell that has a value, be it on its way. */
export const filled = (slot: Slot): boolean => (slot.mine ? slot.mine.value !== '' : (slot.cell.value ?? '') !== '')

/** What a month comes to. */
export interface Tally {
  filled: number
  of: number
  hard: number
  explain: number
  returned: number
  unsaved: number
}

/** The plan asks people for the cell; what a meter tells is not filed. */
export const wanted = (row: Row, slot: Slot): boolean => row.kind !== 'meter' && slot.cell.asked === true

/** Adds up a month's cells. */
export function tally(rows: readonly Row[], slotOf: (row: Row) => Slot): Tally {
  const out: Tally = { filled: 0, of: 0, hard: 0, explain: 0, returned: 0, unsaved: 0 }
  for (const row of rows) {
    const slot = slotOf(row)
    const has = filled(slot)
    if (wanted(row, slot) || has) out.of++
    if (has) out.filled++
    const open = openFindings(slot.cell.findings)
    if (open.some((f) => f.severity === 'hard')) out.hard++
    else if (open.length) out.explain++
    if (slot.cell.returned) out.returned++
    if (['waiting', 'saving', 'refused', 'stale', 'unread'].includes(slot.standing)) out.unsaved++
  }
  return out
}

/** What a reviewer looks for. */
export const looks = ['changed', 'flagged', 'estimated', 'returned', 'unfilled'] as const
export type Look = (typeof looks)[number]

export function matches(look: Look, row: Row, slot: Slot): boolean {
  switch (look) {
    case 'changed': return slot.cell.changed_since_review === true
    case 'flagged': return openFindings(slot.cell.findings).length > 0 || (slot.cell.findings ?? []).some((f) => f.cleared)
    case 'estimated': return slot.cell.estimated === true
    case 'returned': return slot.cell.returned !== undefined
    case 'unfilled': return wanted(row, slot) && !filled(slot)
  }
}
