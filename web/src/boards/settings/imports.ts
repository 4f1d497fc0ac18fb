// Imports as the server tells them, and how far one is.
import type { ImportRun, SourceGuess as Guess, SourceReport as Report, Suggested } from '@/lib/schema'

export type { Guess, ImportRun, Report, Suggested }

/** The share of a run that is done, 0 to 1; nothing where it is not known. */
export function shareOf(run: ImportRun): number | undefined {
  if (!run.of || run.bytes === undefined) return undefined
  // Reading through takes a tenth of the time, the hours come last.
  const part = Math.min(1, run.bytes / run.of)
  return run.phase === 'look' ? part * 0.1 : run.phase === 'import' ? 0.1 + part * 0.8 : 0.9 + part * 0.1
}
