// What a list of forms asks of its reader.
import type { Tone } from '@/components/StatusChip.vue'
import { dayOf } from '@/lib/clock'
import type { Form, State } from './types'

/** What is to be done with a form. */
export type Duty = 'mend' | 'fill' | 'submit' | 'approve' | 'group-approve' | 'verify' | 'lock'

export const tones: Record<State, Tone> = { draft: 'plain', submitted: 'info', approved: 'info', group_approved: 'info', verified: 'info', locked: 'good' }

/** What comes next in a form, for who may do it; nothing where it waits for somebody else. */
export function dutyOf(f: Form): Duty | undefined {
  const may = (act: Form['may'][number]) => f.may.includes(act)
  if (f.returned && may('fill')) return 'mend'
  if (f.filled < f.of && may('fill')) return 'fill'
  if (may('submit')) return 'submit'
  for (const act of ['approve', 'group-approve', 'verify', 'lock'] as const) if (may(act)) return act
  return undefined
}

/** The reader's duties: what was returned first, then by deadline. Forms of months to come have none. */
export function duties(list: Form[]): { form: Form; act: Duty }[] {
  return list.flatMap((form) => {
    const act = dutyOf(form)
    return act ? [{ form, act }] : []
  }).sort((a, b) => Number(b.form.returned > 0) - Number(a.form.returned > 0) || (a.form.deadline ?? '9').localeCompare(b.form.deadline ?? '9') || a.form.month.localeCompare(b.form.month))
}

const soonDays = 3

/** How near a deadline is, by the mine's clock. */
export function due(f: Form, today: string, zone?: string): '' | 'soon' | 'late' {
  if (f.overdue) return 'late'
  if (!f.deadline) return ''
  const left = (Date.parse(dayOf(f.deadline, zone)) - Date.parse(today)) / 86_400_000
  return left <= soonDays ? 'soon' : ''
}

/** The months of a year. */
export const monthsIn = (year: string): string[] => Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`)
