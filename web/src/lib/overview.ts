// What the board 综合概览 is told of, field by field as the server tells it.
import type { Text } from '@/i18n'
import type { Colour, Figure, Head } from './board'

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
