// Lines of an inventory, added up.
import { toNumber } from '@/lib/format'
import type { LineRow } from './inventory'

export type Grouping = 'line' | 'source' | 'category' | 'period'

/** The gases that are told apart. */
export const masses = ['CO2', 'CH4']

/** Lines added up: their gases, and what of them the total counts. */
export interface GroupRow {
  id: string
  name: string
  count: number
  gases: Record<string, number>
  co2e: number
  /** Of all that is counted, in per cent. */
  share: number | null
}

/** Adds lines up. A line that the total does not count adds neither mass nor weight. */
export function grouped(rows: LineRow[], by: Grouping, name: Record<Grouping, (r: LineRow) => string>): GroupRow[] {
  const groups = new Map<string, GroupRow>()
  const key = by === 'source' ? (r: LineRow) => r.source : name[by]
  let all = 0
  for (const r of rows) {
    const id = key(r)
    const g = groups.get(id) ?? { id, name: name[by](r), count: 0, gases: {}, co2e: 0, share: null }
    groups.set(id, g)
    g.count++
    if (!r.counted) continue
    g.gases[r.gas] = (g.gases[r.gas] ?? 0) + toNumber(r.mass)
    g.co2e += toNumber(r.co2e)
    all += toNumber(r.co2e)
  }
  for (const g of groups.values()) g.share = all === 0 ? null : (g.co2e / all) * 100
  return [...groups.values()]
}
