// What the server tells of forms, cells and evidence. Numbers are exact texts.
import type { Text } from '@/i18n'

/** How far a month has come, in the order of the way. */
export const states = ['draft', 'submitted', 'approved', 'group_approved', 'verified', 'locked'] as const
export type State = (typeof states)[number]

/** What a reader may do with a month, named as the routes are. */
export type Act = 'fill' | 'explain' | 'comment' | 'submit' | 'withdraw' | 'approve' | 'group-approve' | 'return' | 'verify' | 'lock' | 'reopen'

/** One node's form of a month. */
export interface Form {
  month: string
  node: string
  title: Text
  deadline: string
  state: State
  filled: number
  of: number
  hard: number
  must_explain: number
  returned: number
  overdue: boolean
  reminders: { step: string; at: string; told?: string }[]
  may: Act[]
}

/** A move that a month made. */
export interface Step {
  step: Act
  from: State
  to: State
  by: string
  at: string
  reason?: string
}

export interface Month {
  month: string
  state: State
  deadline?: string
  /** The month is over. */
  ended: boolean
  may: Act[]
  /** The reviews that it passes before its lock. */
  way: State[]
  history: Step[]
}

/** A parameter that is filed. */
export interface Row {
  id: string
  source: string
  parameter: string
  group: Text
  title: Text
  unit: string
  /** The units that a value may be written in. */
  units: string[]
  node: string
  /** What a meter tells is only read; the rest is filed. */
  kind: 'meter' | 'laboratory' | 'filing' | 'record'
  required: string[]
  frequency?: string
  decimals: number
  /** A meter's figure stands beside it. */
  metered: boolean
  may_fill: boolean
}

export interface Evidence {
  sha256: string
  name: string
  type: string
  size: number
  kind: string
  /** The same file was there already. */
  known?: boolean
}

export type Severity = 'hard' | 'explain' | 'note'

export interface Finding {
  rule: string
  severity: Severity
  text: Text
  hint?: Text
  cleared?: Said
}

/** Who said what. */
export interface Said {
  by: string
  at: string
  reason: string
}

export interface Comment {
  id: string
  by: string
  at: string
  text: string
}

/** What the server knows of one parameter in one month. */
export interface Cell {
  row: string
  month: string
  filing?: string
  value?: string
  unit?: string
  by?: string
  at?: string
  note?: string
  evidence?: Evidence[]
  suggestion?: { value: string; unit: string; coverage: number; from: string[] }
  previous?: string
  last_year?: string
  findings?: Finding[]
  returned?: Said
  comments?: Comment[]
  changed_since_review?: boolean
  estimated?: boolean
  /** The plan asks for it in this month. */
  asked?: boolean
}

export interface Grid {
  months: Month[]
  rows: Row[]
  cells: Cell[]
}

/** A value to be filed, as the server takes it. */
export interface Wish {
  row: string
  month: string
  value: string
  unit: string
  supersedes: string
  note?: string
  evidence?: string[]
}

/** What the server says of a wish that it did not take. */
export interface Refusal {
  row: string
  month: string
  code?: string
  errors: Complaint[]
  current?: Cell
}

export interface Complaint {
  place?: { file?: string; row?: number; column?: string }
  text: string
  hint?: string
}

/** One filing that stood in a cell. */
export interface Past {
  filing: string
  value?: string
  unit?: string
  by: string
  at: string
  note?: string
  evidence?: Evidence[]
  address?: string
}

/** A cell of a workbook that came back, beside what stands now. */
export interface Change {
  row: string
  month: string
  /** The cell in the workbook. */
  address: string
  before?: string
  after: string
  unit?: string
  stale: boolean
  errors: Complaint[]
}

/** Where a cell is, as one text. */
export const keyOf = (row: string, month: string): string => row + '@' + month
