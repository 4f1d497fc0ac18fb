// What a person did to cells, so that it can be taken back. Between, somebody
// else may have written there: what stands now is told before it is replaced.

/** What a cell holds for the one who writes: a number with its unit, or a text that is none. */
export interface Draft {
  value: string
  unit: string
}

export interface Patch {
  row: string
  month: string
  from: Draft
  to: Draft
}

export const same = (a: Draft, b: Draft): boolean => a.value === b.value && (a.unit === b.unit || a.value === '')

const most = 200

/** Steps that can be taken back and taken again. One paste is one step. */
export class History {
  private done: Patch[][] = []
  private undone: Patch[][] = []

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  keep(step: Patch[]): void {
    if (step.length === 0) return
    this.done.push(step)
    if (this.done.length > most) this.done.shift()
    this.undone = []
  }

  /** The last step the other way round. Cells that hold something else by now are left out. */
  undo(now: (p: Patch) => Draft): { step: Patch[]; skipped: number } | undefined {
    return this.turn(this.done, this.undone, now)
  }

  redo(now: (p: Patch) => Draft): { step: Patch[]; skipped: number } | undefined {
    return this.turn(this.undone, this.done, now)
  }

  clear(): void {
    this.done = []
    this.undone = []
  }

  private turn(from: Patch[][], to: Patch[][], now: (p: Patch) => Draft): { step: Patch[]; skipped: number } | undefined {
    const last = from.pop()
    if (!last) return undefined
    const mine = last.filter((p) => same(now(p), p.to))
    const step = mine.map((p) => ({ ...p, from: p.to, to: p.from }))
    if (step.length) to.push(step)
    return { step, skipped: last.length - mine.length }
  }
}
