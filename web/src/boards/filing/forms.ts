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

/** What a reader is to do in a month, with the forms in which it waits. */
export interface Task {
  act: Duty
  month: string
  forms: Form[]
  filled: number
  of: number
  hard: number
  explain: number
  returned: number
}

/** The reader's tasks: what was returned first, then by month. */
export function tasks(list: Form[]): Task[] {
  const out = new Map<string, Task>()
  for (const f of list) {
    const act = dutyOf(f)
    if (!act) continue
    const key = act + f.month
    const task = out.get(key) ?? { act, month: f.month, forms: [], filled: 0, of: 0, hard: 0, explain: 0, returned: 0 }
    task.forms.push(f)
    task.filled += f.filled
    task.of += f.of
    task.hard += f.hard
    task.explain += f.must_explain
    task.returned += f.returned
    out.set(key, task)
  }
  return [...out.values()].sort((a, b) => Number(b.act === 'mend') - Number(a.act === 'mend') || a.month.localeCompare(b.month))
}

/** The day that a form is due: a deadline is the instant in which that day ends. */
export const dueDay = (deadline: string, zone?: string): string => dayOf(new Date(Date.parse(deadline) - 1).toISOString(), zone)

const soonDays = 3

/** How near a deadline is, by the mine's clock. */
export function due(f: Pick<Form, 'overdue' | 'deadline'>, today: string, zone?: string): '' | 'soon' | 'late' {
  if (f.overdue) return 'late'
  if (!f.deadline) return ''
  const left = (Date.parse(dueDay(f.deadline, zone)) - Date.parse(today)) / 86_400_000
  return left <= soonDays ? 'soon' : ''
}

/** The months of a year. */
export const monthsIn = (year: string): string[] => Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`)
