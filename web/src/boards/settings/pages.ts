// The pages of this board as its tabs have them, and to whom each opens.
import type { Rights } from '@/lib/places'

/** What a page asks for: an action at the mine, or at the platform. */
export interface Asked {
  may?: string
  platform?: string
  /** At either of them. */
  either?: string
}

export const pages: (Asked & { name: string })[] = [
  { name: 'points', may: 'readings.read' }, { name: 'devices', may: 'readings.read' }, { name: 'unmapped', may: 'readings.read' },
  { name: 'refused', may: 'diagnostics.read' }, { name: 'imports', may: 'readings.read' }, { name: 'site', may: 'site.read' },
  { name: 'people', platform: 'person.read' }, { name: 'tokens', platform: 'token.manage' }, { name: 'audit', either: 'audit.read' }, { name: 'about' },
]

export function opens(asked: Asked, rights: Rights): boolean {
  if (asked.platform && !rights.mayPlatform(asked.platform)) return false
  if (asked.either && !rights.may(asked.either) && !rights.mayPlatform(asked.either)) return false
  return !asked.may || rights.may(asked.may)
}

/** The first page that is open to somebody. */
export const firstOf = (rights: Rights): string => pages.find((p) => opens(p, rights))!.name
