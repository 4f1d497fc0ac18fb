// What the server tells of inventories, field by field as it tells it. Exact
// quantities are texts with their unit.
import { say, type Text } from '@/i18n'
import type { Line, Origin } from '@/lib/board'

/** Who answers, "drainage/抽采监测员", with the department by its name. */
export function ownerText(owner: string, orgs: { id: string; name: Text }[] | undefined): string {
  const [department = '', duty] = owner.split('/')
  const name = say(orgs?.find((o) => o.id === department)?.name) || department
  return duty ? `${name} · ${duty}` : name
}

/** How surely a number is known: A read in its source, B well known, C unverified. */
export type Confidence = 'A' | 'B' | 'C'

/** The main total of an inventory. */
export interface Outcome {
  edition: string
  gwp: string
  factor_set: string
  total: string
  title: Text
  co2e: string
  confidence: Confidence
}

/** A closed version as the list tells it. */
export interface Closed {
  id: string
  period: string
  edition: string
  version: number
  hash: string
  closed_at: string
  by: string
  previous?: string
  reason?: string
  outcome?: Outcome
}

/** A 95 % interval, and what widens it most. */
export interface Interval {
  low: number
  high: number
  stated: number
  narrowing?: { input: string; share: number; low: number; high: number }[]
}

export interface Total {
  id: string
  title: Text
  co2e: string
  confidence: Confidence
  interval: Interval
}

export interface Finding {
  code: string
  severity: 'hard' | 'explain' | 'note'
  owner?: string
  source?: string
  period?: string
  text: Text
  hint?: Text
}

export interface Note {
  confidence: Confidence
  text: Text
}

/** An inventory without its lines; a preview has neither id nor version. */
export interface Summary {
  id?: string
  version?: number
  previous?: string
  reason?: string
  hash: string
  period: string
  edition: string
  gwp: string
  factor_set: string
  closed_at?: string
  by?: string
  lines: number
  totals: Total[]
  findings: Finding[]
  notes?: Note[]
}

/** A line of a table, closed or not. */
export type LineRow = Pick<Line, 'id' | 'source' | 'name' | 'item' | 'period' | 'category' | 'basis' | 'gas' | 'mass' | 'co2e' | 'clause' | 'confidence' | 'counted'>

export interface Term {
  symbol: string
  quantity: string
  from: string
}

/** One line of workings: the symbols, and the same with the numbers put in. */
export interface Step {
  symbol: string
  expression: string
  numbers: string
  result: string
  terms?: Term[]
}

export interface Factor {
  set: string
  kind: string
  key: string
  name: Text
  value: string
  from?: string
  to?: string
  source: string
  confidence: Confidence
}

export interface Evidence {
  kind: string
  id: string
  sha256?: string
  note?: string
}

/** How a value was obtained, and how much of it was measured. */
export interface Value {
  quantity: string
  how: 'meter' | 'laboratory' | 'filing' | 'stated' | 'default'
  meter?: { points: string[]; hours: number; covered: number; substituted: number; estimated: number; rule?: string }
  uncertainty?: string
  evidence?: Evidence[]
  owner?: string
  note?: string
}

export interface CardInput {
  id: string
  value: Value
}

/** A number opened. */
export interface Card {
  inventory: string
  edition: string
  gwp: string
  co2e: string
  /** The line's own, at 95 %; silent are the inputs that state no uncertainty and count as exact in it. */
  interval: Interval
  silent?: string[]
  inputs: CardInput[]
  notes?: Note[]
  line: {
    id: string
    source: string
    name: Text
    item?: string
    period: string
    category: string
    basis: string
    gas: string
    mass: string
    clause: string
    steps: Step[]
    factors?: Factor[]
    confidence: Confidence
    sensitivity?: Record<string, number>
  }
}

/** The card of a period: of a closed version, or as the month stands now. */
export interface WorkingCard extends Origin {
  card: Card
}
