// How a person stands, and what is changed of them.
import type { Person } from '@/lib/people'
import type { Duty } from '@/lib/session'

/** Whether somebody can sign in, and what stands in the way. */
export type Standing = 'active' | 'once' | 'locked' | 'disabled'
export const standings: Standing[] = ['active', 'once', 'locked', 'disabled']

export function standingOf(p: Pick<Person, 'active' | 'password' | 'locked_until'>, now: number): Standing {
  if (!p.active) return 'disabled'
  if (p.locked_until && Date.parse(p.locked_until) > now) return 'locked'
  return p.password === 'once' ? 'once' : 'active'
}

/** The people that a search keeps: all its words in the name, the id or the address. */
export function sought(people: Person[], s: { words: string; role: string; standing: Standing | '' }, now: number): Person[] {
  const words = s.words.toLowerCase().split(/\s+/).filter(Boolean)
  return people.filter((p) => {
    const text = `${p.name} ${p.id} ${p.email ?? ''}`.toLowerCase()
    return words.every((w) => text.includes(w)) && (!s.role || p.duties.some((d) => d.role === s.role)) && (!s.standing || standingOf(p, now) === s.standing)
  })
}

const key = (d: Duty) => `${d.role}\n${d.site}\n${d.node ?? ''}`

/** Duties as the server keeps them: whole ones, each once. */
export function tidy(duties: Duty[]): Duty[] {
  const seen = new Set<string>()
  return duties.filter((d) => d.role && d.site && !seen.has(key(d)) && seen.add(key(d))).map((d) => (d.node && d.site !== '*' ? d : { role: d.role, site: d.site }))
}

/** What of somebody's duties comes and goes. */
export function changed(before: Duty[], after: Duty[]): { came: Duty[]; gone: Duty[] } {
  const [had, has] = [new Set(before.map(key)), new Set(after.map(key))]
  return { came: after.filter((d) => !had.has(key(d))), gone: before.filter((d) => !has.has(key(d))) }
}
