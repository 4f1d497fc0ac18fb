// The months of some lines, each with how far it has come.
import type { Lines, Origin } from '@/lib/board'
import { toNumber } from '@/lib/format'

export interface Month {
  period: string
  from: Origin['from']
  /** tCO2e that the total counts; null: nothing is known, which is not zero. */
  total: number | null
}

/** Adds the lines up by month. */
export function monthly(lines: Lines): Month[] {
  return lines.origins.map((o) => {
    const of = lines.items.filter((l) => l.period === o.period)
    return { period: o.period, from: o.from, total: of.length === 0 ? null : of.reduce((sum, l) => sum + (l.counted ? toNumber(l.co2e) : 0), 0) }
  })
}
