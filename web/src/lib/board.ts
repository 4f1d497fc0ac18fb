// What the boards of the server tell, field by field as it tells them. A value
// that is not known is null and says why; it is never zero for want of data.
import type { Text } from '@/i18n'

export type * from './overview'

/** How a figure came about. */
export type Kind = 'measured' | 'filed' | 'mixed' | 'forecast' | 'estimate'

/** The colour by which a substance is known, a token's name. */
export type Colour = 'c-vam' | 'c-drain' | 'c-s1' | 'c-power' | 'c-heat' | 'c-ctx' | 'c-green' | 'c-pv'

/** One number with everything a reader may ask of it. */
export interface Figure {
  id: string
  title: Text
  value: string | null
  unit: string
  period: string
  kind: Kind
  coverage: number | null
  estimated: number | null
  newest?: string
  definition: Text
  formula: Text
  inputs: Input[]
  ref: Ref
  change?: Change
  trend?: Sample[]
  lacking?: string[]
  lacking_count: number
  missing?: Text
}

/** A number that a figure was computed from. */
export interface Input {
  title: Text
  value: string | null
  unit: string
  ref: Ref
}

/** What a number is made of, as lines and amounts are asked for it. */
export interface Ref {
  period?: string
  node?: string
  source?: string
  category?: string
  group?: string
  scope?: string
  line?: string
  cells?: string[]
  points?: string[]
  register?: string
}

/** A figure against the same months of the year before. */
export interface Change {
  period: string
  before: string | null
  difference: string | null
  share: string | null
  missing?: Text
}

/** One month of a figure's course. */
export interface Sample {
  period: string
  value: string | null
}

/** What a board was asked for, and from what it was computed. */
export interface Head {
  site: string
  name: Text
  from: string
  to: string
  period: string
  node?: string
  node_name: Text
  edition: string
  edition_name: Text
  gwp: string
  factor_set: string
  total_id: string
  total_name: Text
  plan_version: number
  at: string
  newest?: string
  year_elapsed: number
  tally: Tally
}

/** The months asked for, by how far they have come. */
export interface Tally {
  months: number
  closed: number
  locked: number
  approved: number
  submitted: number
  draft: number
  missing: number
}

/** Where a month's lines come from. */
export interface Origin {
  period: string
  from: 'closed' | 'working' | 'open' | 'missing'
  inventory?: string
  version?: number
  lacking?: string[]
  missing?: Text
}

/** The lines of a period. */
export interface Lines {
  period: string
  edition: string
  gwp: string
  factor_set: string
  total_id: string
  origins: Origin[]
  sum: string
  items: Line[]
}

/** A line without its workings. */
export interface Line {
  id: string
  from: 'closed' | 'working' | 'open'
  source: string
  name: Text
  item?: string
  period: string
  category: string
  groups: Colour[]
  scope?: string
  basis: string
  counted: boolean
  gas: string
  mass: string
  co2e: string
  clause: string
  confidence: string
}
