// What the boards of the server tell, field by field as it tells them. A value
// that is not known is null and says why; it is never zero for want of data.
import type { Text } from '@/i18n'

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

/** A part of the stack. */
export interface Group {
  key: Colour
  title: Text
  scope: string
}

/** The board 综合概览. */
export interface Overview extends Head {
  total: Figure
  scopes: Figure[]
  beside: Figure[]
  year: Year
  tiles: Figure[]
  groups: Group[]
  months: Month[]
  sources: Ranked[]
  gas: Balance
  measures: Measures
  days: Day[]
  days_method: Text
  quality: Quality
}

/** The year of the last month against its budget. */
export interface Year {
  year: number
  budget: Figure
  to_date: Figure
  allowed: Figure
  used: Figure
  left: Figure
  forecast: Figure
  method: Text
}

/** How far a month has come. */
export type MonthFrom = 'closed' | 'working' | 'open' | 'forecast' | 'missing'

/** A bar of the stack. */
export interface Month {
  period: string
  asked: boolean
  from: MonthFrom
  state?: string
  state_name?: Text
  inventory?: string
  version?: number
  total: Figure
  parts: Part[]
  budget?: Figure
  expected?: Figure
}

/** One group's share of a month. */
export interface Part extends Figure {
  group: Colour
}

/** A row of the sources. */
export interface Ranked extends Figure {
  source: string
  group: Colour
  org: string
  share: string | null
  how: Text
}

/** The gas balance: nodes, and links between them. */
export interface Balance {
  state: Text
  unit: string
  nodes: GasNode[]
  links: GasLink[]
  rates: Figure[]
  checks: GasCheck[]
  missing?: Text
}

/** A station of the gas on its way. */
export interface GasNode extends Figure {
  node: string
  group: Colour
}

/** Gas that goes from one node to another. */
export interface GasLink {
  from: string
  to: string
  value: string | null
}

/** What meters say on two sides of the same gas. */
export interface GasCheck {
  id: string
  title: Text
  in: Figure
  out: Figure
  imbalance: Figure
  share: string | null
}

/** The register of reduction measures against its plan. */
export interface Measures {
  items: Measure[]
  years: Milestone[]
  target: Figure[]
  note: Text
}

/** One reduction project. */
export interface Measure {
  id: string
  name: Text
  category: string
  status: string
  org: string
  planned: Figure
  through_2030: Figure
  measured: Figure
}

/** What the register plans of a year. */
export interface Milestone {
  year: number
  planned: string
  cumulative: string
}

/** One day of the calendar. */
export interface Day {
  date: string
  value: string | null
  coverage: number | null
  parts?: Record<string, string>
}

/** How far the data can be trusted, and what is left to do. */
export interface Quality {
  coverage: Figure
  estimated: Figure
  missing_months: string[]
  counts: { hard: number; explain: number; note: number }
  todo: ToDo[]
  more: number
}

/** Something a person should see to. */
export interface ToDo {
  id: string
  code: string
  severity: 'hard' | 'explain' | 'note'
  owner?: string
  owner_name?: Text
  source?: string
  point?: string
  cell?: string
  periods?: string[]
  due?: string
  text: Text
  hint?: Text
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
