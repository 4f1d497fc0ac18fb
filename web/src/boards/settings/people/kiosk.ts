import type { Person } from '@/lib/people'

/** The address that a display opens: the key stands behind a #, so that no proxy writes it down. */
export const wallLink = (base: string, site: string, secret: string): string => `${base}wall?site=${encodeURIComponent(site)}#key=${encodeURIComponent(secret)}`

/** The account that a mine's displays share: one that is a dispatcher there and nothing else, or a new one. */
export function displayOf(people: Person[], site: string, name: string): { person: Person; fresh: boolean } {
  const known = people.find((p) => p.active && p.duties.length === 1 && p.duties[0]!.role === 'dispatcher' && p.duties[0]!.site === site && !p.duties[0]!.node && p.id.startsWith('wall.'))
  if (known) return { person: known, fresh: false }
  const taken = new Set(people.map((p) => p.id))
  const base = `wall.${site}`.slice(0, 60)
  let id = base
  for (let n = 2; taken.has(id); n++) id = `${base}.${n}`
  return { person: { id, name, active: true, duties: [{ role: 'dispatcher', site }], totp: false, password: 'none' }, fresh: true }
}
