// The way from one version to another as the server tells it.
import type { Text } from '@/i18n'
import type { Closed, Factor, Outcome } from './inventory'

/** A source's part of a total, before and after. */
export interface Shift {
  source: string
  name: Text
  before: string
  after: string
  difference: string
}

/** A value, or a whole activity, that is not the same in both. */
export interface ValueChange {
  id: string
  source: string
  name: Text
  parameter?: string
  period?: string
  before?: string
  after?: string
}

export interface Comparison {
  from: Closed & { outcome: Outcome }
  to: Closed & { outcome: Outcome }
  difference: string
  steps: { cause: string; title: Text; effect: string; count: number; changes: ValueChange[] }[]
  sources: Shift[]
  factors: { kind: string; key: string; before?: Factor; after?: Factor }[]
}
