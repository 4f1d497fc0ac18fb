// What stands behind a metered input: points and gases that are added up, the
// instruments of each, and their rows.
import type { Text } from '@/i18n'
import { num, percent, toNumber, type Lang } from '@/lib/format'
import type { Amount } from '@/lib/schema'
import { gradeOf, type Bar, type Row } from '@/options/cardChart'
import type { CardInput } from './inventory'
import type { Fed, Plan } from './plan'

/** A point of an input, with its name and instruments where the plan tells them. */
export interface Feeder {
  id: string
  name: Text
  meters: string[]
}

/** The points of an input, as the plan names them. */
export function feedersOf(input: CardInput, plan: Plan | undefined): Feeder[] {
  const [source = '', name] = [input.id.split('/')[0], input.id.split('#')[1]]
  const parameter = plan?.parameters.find((p) => p.source === source && p.name === name)
  const named = new Map<string, Fed>([...(parameter?.points ?? []), ...(parameter?.minus ?? [])].map((f) => [f.id, f]))
  return (input.value.meter?.points ?? []).map((id) => named.get(id) ?? { id, name: { zh: id, en: id }, meters: [id] })
}

/** The days of a month, "2025-06" has "2025-06-01" to "2025-06-30". */
export function daysOf(month: string): string[] {
  const [y, m] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))]
  return Array.from({ length: new Date(Date.UTC(y, m, 0)).getUTCDate() }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`)
}

/** The bars of a stretch; a slot without an amount is one of which nothing is known. */
export function barsOf(slots: string[], slotOf: (a: Amount) => string, amounts: Amount[], lang: Lang, words: { covered: (share: string) => string }): Bar[] {
  const by = new Map(amounts.map((a) => [slotOf(a), a]))
  return slots.map((label) => {
    const a = by.get(label)
    if (!a) return { label, value: null, grade: 'measured', note: '' }
    return { label, value: toNumber(a.amount), grade: gradeOf(a), note: a.covered < 0.9999 ? words.covered(percent(a.covered, 1, lang) + ' %') : '' }
  })
}

/** The day to look at first: the worst covered, else the last. */
export function worstDay(amounts: Amount[], dayOf: (instant: string) => string): string {
  const doubted = amounts.filter((a) => gradeOf(a) !== 'measured').sort((a, b) => a.covered - b.covered)
  const one = doubted[0] ?? amounts.at(-1)
  return one ? dayOf(one.from) : ''
}

/** Readings as a reader wants them: one that came again, the same, is told once with how often. */
export function told(rows: Row[]): (Row & { times: number })[] {
  const out: (Row & { times: number })[] = []
  for (const r of rows) {
    const last = out.at(-1)
    if (last && last.t === r.t && last.v === r.v && last.q === r.q && String(last.why) === String(r.why)) last.times++
    else out.push({ ...r, times: 1 })
  }
  return out
}

/** What all amounts of a point come to, printed. */
export const sumOf = (amounts: Amount[], lang: Lang): string => num(amounts.reduce((s, a) => s + toNumber(a.amount), 0), 0, lang)
