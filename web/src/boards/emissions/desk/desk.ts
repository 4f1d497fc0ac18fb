// The verifier's desk as the server tells it. Quantities are exact texts with
// their unit, "120 tCO2e".
import { toNumber } from '@/lib/format'
import type {
  Desk, Verification as DeskRow, VerificationDrawn as Drawn, VerificationFinding as Finding, VerificationOpinion as Opinion,
  VerificationSaid as Said, VerificationSample as Sample, VerificationWeight as Weight,
} from '@/lib/schema'

export type { Desk, DeskRow, Drawn, Finding, Opinion, Said, Sample, Weight }
export type Method = Sample['by']
export type Severity = Finding['severity']
export type State = Finding['state']
export type Outcome = NonNullable<Finding['outcome']>
export type Verdict = Opinion['opinion']

export const methods: Method[] = ['materiality', 'random']
export const severities: Severity[] = ['misstatement', 'nonconformity', 'observation']
export const outcomes: Outcome[] = ['corrected', 'accepted', 'withdrawn']
export const verdicts: Verdict[] = ['reasonable', 'limited', 'qualified', 'adverse']

/** What somebody may do at the desk. */
export interface Hand {
  draw: boolean
  find: boolean
  answer: boolean
  sign: boolean
}

/** What may be done to a finding now, by its state and by whose turn it is. */
export function actsOn(f: Pick<Finding, 'state'>, hand: Hand, signed: boolean): ('answer' | 'close' | 'reopen')[] {
  if (signed) return []
  const out: ('answer' | 'close' | 'reopen')[] = []
  if (hand.answer && f.state === 'open') out.push('answer')
  if (hand.find && f.state !== 'closed') out.push('close')
  if (hand.find && f.state !== 'open') out.push('reopen')
  return out
}

/** Why an opinion can not be signed now, as the page tells it before the server does. */
export function hindrance(desk: Pick<Desk, 'weight' | 'latest'>, id: string, verdict: Verdict): 'restated' | 'material' | 'unknown' | undefined {
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
