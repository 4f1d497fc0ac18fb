import { describe, expect, it } from 'vitest'
import { shareOf, type ImportRun } from './imports'

describe('shareOf', () => {
  const run = { phase: 'look', bytes: 50, of: 100 } as ImportRun
  it('goes on from phase to phase and never back', () => {
    const order = [run, { ...run, phase: 'import', bytes: 0 }, { ...run, phase: 'import' }, { ...run, phase: 'hours', bytes: 0 }, { ...run, phase: 'hours', bytes: 100 }].map((r) => shareOf(r as ImportRun)!)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(order.at(-1)).toBe(1)
  })
  it('is not known before anything was read', () => {
    expect(shareOf({ ...run, of: 0 })).toBeUndefined()
  })
})
