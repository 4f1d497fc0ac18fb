import { shallowRef, type ShallowRef } from 'vue'
import { same, type Draft } from './history'
import { keyOf, type Cell, type Complaint, type Wish } from './types'

/**
 * How what a person wrote stands: nothing written; read but not sent; on its way;
 * kept by the server; not kept and why; overtaken by somebody else; no number.
 */
export type Standing = 'clean' | 'waiting' | 'saving' | 'saved' | 'refused' | 'stale' | 'unread'

/** What is to be filed: the value, with the note and the files that go with it where they change. */
export interface Mine extends Draft {
  note?: string
  evidence?: string[]
}

/** A cell as this page has it: what the server knows, and what was written here and is not there yet. */
export interface Slot {
  cell: Cell
  standing: Standing
  mine?: Mine
  errors?: Complaint[]
  /** What somebody else filed meanwhile. */
  theirs?: Cell
}

const unsaved: Standing[] = ['waiting', 'saving', 'refused', 'stale', 'unread']

/** The cells of a grid. Each tells only those who look at it that it changed. */
export class Book {
  /** Counts changes, for what is summed over cells. */
  readonly version = shallowRef(0)
  private readonly slots = new Map<string, ShallowRef<Slot>>()
  /** The same slots for those who sum and do not watch each. */
  private readonly plain = new Map<string, Slot>()
  /** The cells that the server has not, in the order in which they were written. */
  private readonly pending = new Set<string>()

  slot(row: string, month: string): Readonly<ShallowRef<Slot>> {
    const key = keyOf(row, month)
    let s = this.slots.get(key)
    if (!s) this.slots.set(key, (s = shallowRef<Slot>({ cell: { row, month }, standing: 'clean' })))
    return s
  }

  /** A slot as it is now, without watching it. */
  peek(row: string, month: string): Slot {
    return this.plain.get(keyOf(row, month)) ?? { cell: { row, month }, standing: 'clean' }
  }

  /** What stands in a cell for the one who writes; an empty cell counts in the row's unit. */
  now(row: string, month: string, unit: string): Draft {
    return this.draft(this.slot(row, month).value, unit)
  }

  private draft({ cell, mine }: Slot, unit: string): Draft {
    return mine ?? { value: cell.value ?? '', unit: cell.value ? (cell.unit ?? unit) : unit }
  }

  /** Cells of these standings. */
  of(...standings: Standing[]): Slot[] {
    return [...this.pending].map((key) => this.plain.get(key)!).filter((s) => standings.includes(s.standing))
  }

  unsaved(): Slot[] {
    return this.of(...unsaved)
  }

  /** Writes into a cell; what is no number stays here. Papers that wait to be filed with it go along. */
  write(row: string, month: string, wish: Mine): void {
    const { cell, theirs, mine: waiting } = this.peek(row, month)
    const mine: Mine = { ...(waiting?.note === undefined ? {} : { note: waiting.note }), ...(waiting?.evidence ? { evidence: waiting.evidence } : {}), ...wish }
    const before: Mine = { value: cell.value ?? '', unit: cell.unit ?? mine.unit }
    const known = theirs ?? cell // who writes over what was told to be overtaken has seen it
    const unread = mine.value !== '' && mine.unit === ''
    // What was given back is filed once more, be it the same.
    if (!unread && !theirs && !cell.returned && same(before, mine) && mine.note === undefined && mine.evidence === undefined) this.put(cell, { cell, standing: 'clean' })
    else this.put(known, { cell: known, mine, standing: unread ? 'unread' : 'waiting' })
    this.version.value++
  }

  /** What a cell that waits is filed as. */
  wish(s: Slot): Wish {
    const { cell, mine } = s
    const w: Wish = { row: cell.row, month: cell.month, value: mine!.value, unit: mine!.unit, supersedes: cell.filing ?? '' }
    const note = mine!.note ?? cell.note
    const evidence = (mine!.evidence ?? cell.evidence?.map((e) => e.sha256))?.filter(Boolean) // what is kept elsewhere has no hash
    if (note) w.note = note
    if (evidence?.length) w.evidence = evidence
    return w
  }

  /** Cells leave for the server. */
  sent(list: Slot[]): void {
    for (const s of list) this.put(s.cell, { ...s, standing: 'saving' })
    this.version.value++
  }

  /** The server kept what was sent; what was written since waits on. */
  saved(cell: Cell, what: Mine | undefined): void {
    const { mine } = this.peek(cell.row, cell.month)
    this.put(cell, mine && mine !== what ? { cell, mine, standing: mine.unit === '' && mine.value !== '' ? 'unread' : 'waiting' } : { cell, standing: 'saved' })
    this.version.value++
  }

  refused(row: string, month: string, errors: Complaint[]): void {
    const s = this.peek(row, month)
    if (s.mine) this.put(s.cell, { ...s, standing: 'refused', errors })
    this.version.value++
  }

  /** Back into the queue: nobody answered. */
  kept(list: Slot[]): void {
    for (const { cell } of list) {
      const s = this.peek(cell.row, cell.month)
      if (s.standing === 'saving') this.put(cell, { ...s, standing: 'waiting' })
    }
    this.version.value++
  }

  /** What the server tells of cells, be it asked or not. What was written here is never lost by it. */
  take(...cells: Cell[]): void {
    for (const cell of cells) this.learn(cell)
    this.version.value++
  }

  private learn(cell: Cell): void {
    const s = this.peek(cell.row, cell.month)
    const { mine, cell: had, standing } = s
    if (had.at && cell.at && Date.parse(cell.at) < Date.parse(had.at)) return // an answer that was overtaken on its way
    if (!mine) this.put(cell, { cell, standing: had.filing === cell.filing && standing === 'saved' ? 'saved' : 'clean' })
    else if (same({ value: cell.value ?? '', unit: cell.unit ?? mine.unit }, mine) && cell.filing !== had.filing) this.put(cell, { cell, standing: 'saved' })
    else if ((cell.filing ?? '') !== (had.filing ?? '')) this.put(cell, { cell: had, mine, standing: 'stale', theirs: cell })
    else this.put(cell, { ...s, cell })
  }

  /** What was written here is to stand, over what somebody else filed. */
  keepMine(row: string, month: string): void {
    const s = this.peek(row, month)
    if (s.mine) this.put(s.cell, { cell: s.theirs ?? s.cell, mine: s.mine, standing: 'waiting' })
    this.version.value++
  }

  /** What was written here is given up. */
  drop(row: string, month: string): void {
    const s = this.peek(row, month)
    this.put(s.cell, { cell: s.theirs ?? s.cell, standing: 'clean' })
    this.version.value++
  }

  private put(at: Cell, slot: Slot): void {
    const key = keyOf(at.row, at.month)
    this.plain.set(key, slot)
    if (unsaved.includes(slot.standing)) this.pending.add(key)
    else this.pending.delete(key)
    const s = this.slots.get(key)
    if (s) s.value = slot
    else this.slots.set(key, shallowRef(slot))
  }
}
