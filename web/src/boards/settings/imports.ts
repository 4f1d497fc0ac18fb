// Imports as the server tells them.
import type { Text } from '@/i18n'
import type { Complaint } from './types'

/** An import and how far it is. */
export interface ImportRun {
  id: string
  site: string
  file: string
  sha256: string
  mapping: string
  state: 'running' | 'done' | 'failed'
  done: number
  total: number
  accepted: number
  repeated: number
  refused: number
  errors_file?: string
  by: string
  started_at: string
  updated_at: string
  phase?: 'look' | 'import' | 'hours'
  bytes?: number
  of?: number
  rate?: number
  cancelled?: boolean
  report?: Report
  errors?: Complaint[]
}

/** One row, or one cell of it, that was not understood. */
export interface Reject {
  row: number
  column?: string
  read: string
  expected: Text
  do: Text
}

/** What a file has of one point. */
export interface Summary {
  point: string
  readings: number
  first?: string
  last?: string
  sum: string
  back?: number
  same?: number
  back_row?: number
}

/** What an import did, or would do. */
export interface Report {
  file: string
  bytes: number
  format: string
  encoding?: string
  dry_run: boolean
  rows: number
  readings: number
  missing: number
  rejected: number
  unknown: number
  filings: number
  first?: string
  last?: string
  resumed_after_row?: number
  delivered: number
  receipt: { accepted: number; bad: number; quarantined: number }
  examples?: Reject[]
  unknowns?: { point: string; rows: number; row: number; reason: Text }[]
  points?: Summary[]
  preview?: { row: number; cells: { point: string; at: string; value: number; unit: string; quality: string }[] }[]
  warnings?: Text[]
}

/** What a column most likely is. */
export interface Guess {
  name: string
  use?: 'time' | 'point' | 'label' | 'value' | 'quality' | 'field'
  point?: string
  field?: string
  unit?: string
  sure?: number
}

/** A mapping to begin with, and the beginning of its file. */
export interface Suggested {
  kind: 'readings' | 'filings'
  columns: Guess[]
  mapping: string
  open?: Text[]
  head: { format: string; delimiter?: string; skip?: number; columns: string[]; rows: string[][] }
}

/** The share of a run that is done, 0 to 1; nothing where it is not known. */
export function shareOf(run: ImportRun): number | undefined {
  if (!run.of || run.bytes === undefined) return undefined
  // Reading through takes a tenth of the time, the hours come last.
  const part = Math.min(1, run.bytes / run.of)
  return run.phase === 'look' ? part * 0.1 : run.phase === 'import' ? 0.1 + part * 0.8 : 0.9 + part * 0.1
}
