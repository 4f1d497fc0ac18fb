import type { Text } from '@/i18n'
import type { Colour, Month } from '@/lib/board'
import { toNumber } from '@/lib/format'
import type { Wall } from './types'

/** A group's share of the months that were asked for. */
export interface Composed {
  group: Colour
  title: Text
  /** In the unit of the months; undefined where no month knows it. */
  value: number | undefined
}

/** Adds the groups up over the months asked for, as the total does. */
export function composed(w: Pick<Wall, 'groups' | 'months'>): Composed[] {
  const asked = w.months.filter((m) => m.asked && m.from !== 'forecast')
  return w.groups.map((g) => {
    const known = asked.map((m) => toNumber(m.parts.find((p) => p.group === g.key)?.value)).filter(Number.isFinite)
    return { group: g.key, title: g.title, value: known.length ? known.reduce((a, v) => a + v, 0) : undefined }
  })
}

/** The months of the last year that is shown. */
export const ofLastYear = (w: Pick<Wall, 'months' | 'to'>): Month[] => w.months.filter((m) => m.period.startsWith(w.to.slice(0, 4)))
