import type { Role } from '@/lib/people'

/** What may be done with one thing, and by which roles. */
export interface Group {
  id: string
  rows: { action: string; may: boolean[] }[]
}

/** The table of rights: a row for each action, a column for each role, actions on one thing together. */
export function matrixOf(roles: Role[]): Group[] {
  const actions = [...new Set(roles.flatMap((r) => r.actions))]
  const groups = new Map<string, Group>()
  for (const action of actions.sort()) {
    const id = action.split('.')[0]!
    const group = groups.get(id) ?? { id, rows: [] }
    group.rows.push({ action, may: roles.map((r) => r.actions.includes(action)) })
    groups.set(id, group)
  }
  return [...groups.values()]
}
