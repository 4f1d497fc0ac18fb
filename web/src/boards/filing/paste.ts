// What a block from a spreadsheet would do to the cells that it falls on, told
// before it is done.
import { read, type Units } from './entry'
import type { Draft, Patch } from './history'
import { same } from './history'
import type { Place, Range } from './selection'

/** More cells than this are shown before they are written. */
export const previewAbove = 50

/** A cell that a block falls on. */
export interface Target extends Units {
  row: string
  month: string
  open: boolean
  now: Draft
  /** It was given back: the same value filed once more says that it was right. */
  again?: boolean
}

/** What a block comes to. */
export interface Landing {
  patches: Patch[]
  same: number
  /** Cells that take nothing: not open to this reader, or outside the table. */
  closed: number
  outside: number
  /** Texts that are no number or of no known unit: they are shown in the cell and not saved. */
  faults: number
}

/** The places of a block: one value fills what is chosen, a block that fits it a whole number of times repeats. */
export function spread(block: string[][], onto: Range): { at: Place; text: string }[] {
  const height = block.length
  const width = Math.max(0, ...block.map((row) => row.length))
  if (width === 0) return []
  const [rows, columns] = [onto.r1 - onto.r0 + 1, onto.c1 - onto.c0 + 1]
  const repeats = rows % height === 0 && columns % width === 0
  const [down, across] = repeats ? [rows, columns] : [height, width]
  const out: { at: Place; text: string }[] = []
  for (let r = 0; r < down; r++) {
    for (let c = 0; c < across; c++) {
      const text = block[r % height]![c % width]
      if (text !== undefined) out.push({ at: { r: onto.r0 + r, c: onto.c0 + c }, text })
    }
  }
  return out
}

/** What a text in a cell becomes. What cannot be read stays as it was typed, without a unit. */
export function drafted(text: string, of: Units): { draft: Draft; fault: boolean } {
  const e = read(text, of)
  if (e.kind === 'empty') return { draft: { value: '', unit: of.unit }, fault: false }
  return e.kind === 'value' ? { draft: { value: e.value, unit: e.unit }, fault: false } : { draft: { value: text.trim().slice(0, 80), unit: '' }, fault: true }
}

/** Reads texts at places into changes. */
export function land(texts: { at: Place; text: string }[], target: (at: Place) => Target | undefined): Landing {
  const out: Landing = { patches: [], same: 0, closed: 0, outside: 0, faults: 0 }
  for (const { at, text } of texts) {
    const cell = target(at)
    if (!cell) out.outside++
    else if (!cell.open) out.closed++
    else {
      const { draft, fault } = drafted(text, cell)
      if (same(draft, cell.now) && !(cell.again && draft.value)) {
        out.same++
        continue
      }
      if (fault) out.faults++
      out.patches.push({ row: cell.row, month: cell.month, from: cell.now, to: draft })
    }
  }
  return out
}
