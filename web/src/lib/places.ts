// Which board opens to whom: what nobody may open there is not shown, and who
// signs in begins at the first board that is theirs.

/** A board and the action without which it stays closed. */
export interface Place {
  name: string
  may: string
}

/** The boards in the order of the navigation. */
export const boards: Place[] = [
  { name: 'overview', may: 'inventory.read' }, { name: 'filing', may: 'filing.read' }, { name: 'emissions', may: 'inventory.read' },
  { name: 'saving', may: 'inventory.read' }, { name: 'supply', may: 'readings.read' }, { name: 'assets', may: 'inventory.read' },
]

/** Settings open to whom one of its pages opens. */
export const settingsMay = ['readings.read', 'site.write', 'person.read', 'token.manage', 'audit.read', 'setting.read']

/** What is asked of the session. */
export interface Rights {
  may: (action: string) => boolean
  mayPlatform: (action: string) => boolean
}

export const openBoards = (rights: Rights): Place[] => boards.filter((b) => rights.may(b.may))

export const opensSettings = (rights: Rights): boolean => settingsMay.some((a) => rights.may(a) || rights.mayPlatform(a))

/** The board that a way leads to is not open to who goes there. */
export const shut = (rights: Rights, names: unknown[]): boolean => boards.some((b) => names.includes(b.name) && !rights.may(b.may))

/** Where somebody begins who asked for nothing: a dispatcher at the wall, an administrator of no mine among the people. */
export function homeOf(rights: Rights): string {
  const first = openBoards(rights)[0]
  if (first) return '/' + first.name
  if (rights.may('wall.read')) return '/wall'
  return opensSettings(rights) ? '/settings' : '/account'
}
