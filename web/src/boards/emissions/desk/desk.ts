// The verifier's desk as the server tells it. Quantities are exact texts with
// their unit, "120 tCO2e".
import type { Text } from '@/i18n'
import { toNumber } from '@/lib/format'

export type Method = 'random' | 'materiality'
export type Severity = 'misstatement' | 'nonconformity' | 'observation'
export type State = 'open' | 'answered' | 'closed'
export type Outcome = 'corrected' | 'accepted' | 'withdrawn'
export type Verdict = 'reasonable' | 'limited' | 'qualified' | 'adverse'

export const methods: Method[] = ['materiality', 'random']
export const severities: Severity[] = ['misstatement', 'nonconformity', 'observation']
export const outcomes: Outcome[] = ['corrected', 'accepted', 'withdrawn']
export const verdicts: Verdict[] = ['reasonable', 'limited', 'qualified', 'adverse']

/** A line that was drawn, and how likely it was to come. */
export interface Drawn {
  id: string
  source: string
  name: Text
  period: string
  category: string
  gas: string
  co2e: string
  /** Larger than the interval, so that it came with certainty. */
  certain: boolean
  chance: string
}

export interface Sample {
  id: string
  by: Method
  size: number
  seed: string
  actor: string
  at: string
  of: number
  covered: string
  total: string
  lines: Drawn[]
}

export interface Said {
  kind: 'raise' | 'answer' | 'close' | 'reopen'
  by: string
  at: string
  text: string
}

export interface Finding {
  id: string
  inventory: string
  line?: string
  /** "source/parameter/2024-06", of what people file. */
  cell?: string
  severity: Severity
  /** By how much the total is too high; not there where nobody knows. */
  effect?: string
  text: string
  state: State
  outcome?: Outcome
  by: string
  at: string
  thread: Said[]
}

/** What the misstatements that nobody corrected come to, against the threshold. */
export interface Weight {
  percent: number
  total: string
  threshold: string
  sum: string
  net: string
  unknown: number
  exceeds: boolean
}

export interface Opinion {
  inventory: string
  hash: string
  opinion: Verdict
  statement: string
  by: string
  at: string
}

export interface Desk {
  weight: Weight
  /** The last version of the period; an older one is not signed any more. */
  latest: string
  samples: Sample[]
  findings: Finding[]
  opinion?: Opinion
}

/** A closed inventory in the list, and how far its verification is. */
export interface DeskRow {
  id: string
  period: string
  edition: string
  version: number
  latest: boolean
  counts: Record<State, number>
  opinion?: Opinion
}

/** What somebody may do at the desk. */
export interface Hand {
  draw: boolean
  find: boolean
  answer: boolean
  sign: boolean
}

/** What may be done to a finding now, by its state and by whose turn it is. */
export function actsOn(f: Finding, hand: Hand, signed: boolean): ('answer' | 'close' | 'reopen')[] {
  if (signed) return []
  const out: ('answer' | 'close' | 'reopen')[] = []
  if (hand.answer && f.state === 'open') out.push('answer')
  if (hand.find && f.state !== 'closed') out.push('close')
  if (hand.find && f.state !== 'open') out.push('reopen')
  return out
}

/** Why an opinion can not be signed now, as the page tells it before the server does. */
export function hindrance(desk: Desk, id: string, verdict: Verdict): 'restated' | 'material' | 'unknown' | undefined {
  if (desk.latest && desk.latest !== id) return 'restated'
  if (verdict !== 'reasonable' && verdict !== 'limited') return undefined
  if (desk.weight.exceeds) return 'material'
  return desk.weight.unknown > 0 ? 'unknown' : undefined
}

/** How much of the threshold is used up, as a share of it. */
export function used(w: Weight): number {
  const limit = toNumber(w.threshold)
  return limit > 0 ? toNumber(w.sum) / limit : toNumber(w.sum) > 0 ? Infinity : 0
}

/** A share of a whole in two quantities. */
export const share = (part: string, whole: string): number => toNumber(part) / toNumber(whole)

/** The effect as it was typed, "-12.5", as the server takes it; nothing where nothing was typed, undefined where it is no number. */
export function effectOf(text: string): string | undefined {
  const t = text.normalize('NFKC').replace(/[\s,]/g, '').replace('\u2212', '-')
  if (t === '') return ''
  return /^-?\d{1,12}(\.\d{1,6})?$/.test(t) ? t + ' tCO2e' : undefined
}

/** A seed that nobody chose: of the browser's own chance. */
export function freshSeed(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, '0')).join('')
}
