import { ref } from 'vue'
import { Offline, Problem } from '@/lib/api'
import type { Book, Slot } from './book'
import type { Patch } from './history'
import type { Cell, Refusal, Wish, Complaint } from './types'

/** How cells reach the server. */
export interface Door {
  one: (w: Wish) => Promise<Cell>
  many: (list: Wish[]) => Promise<{ cells: Cell[]; refused: Refusal[] }>
}

/** More cells than this go in several requests, one after the other. */
export const batch = 500
const pauses = [1000, 2000, 4000, 8000, 15_000]

/**
 * Brings what was written to the server, one request at a time, so that a cell
 * that is written twice is filed twice in that order. What nobody answered to
 * waits in memory and is tried again.
 */
export class Saver {
  /** Nobody answers: what was written waits here. */
  readonly offline = ref(false)
  /** Why the server could not take anything at all. */
  readonly fault = ref<Error>()
  /** The months in which something was saved since somebody last asked. */
  readonly touched = new Set<string>()
  /** Counts the times when all was saved. */
  readonly settled = ref(0)
  private busy = false
  private tries = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private closed = false
  private readonly back = () => this.now()

  constructor(private readonly book: Book, private readonly door: Door) {
    globalThis.addEventListener?.('online', this.back)
  }

  /** Writes a step into the cells and sends it. */
  write(step: Patch[]): void {
    for (const p of step) this.book.write(p.row, p.month, p.to)
    this.soon()
  }

  /** Sends what waits, after what is under way. */
  soon(after = 0): void {
    if (this.closed || (this.timer !== undefined && after > 0)) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), after)
  }

  /** Tries at once what would be tried after a pause. */
  now(): void {
    this.tries = 0
    this.soon()
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    globalThis.removeEventListener?.('online', this.back)
  }

  private async flush(): Promise<void> {
    this.timer = undefined
    if (this.busy) return
    const list = this.book.of('waiting').slice(0, batch)
    if (list.length === 0) return
    this.busy = true
    this.book.sent(list)
    try {
      await (list.length === 1 ? this.one(list[0]!) : this.many(list))
      this.tries = 0
      this.offline.value = false
      this.fault.value = undefined
      this.busy = false
      for (const s of list) this.touched.add(s.cell.month)
      if (this.book.of('waiting').length) this.soon()
      else this.settled.value++
    } catch (e) {
      this.busy = false
      this.later(list, e as Error)
    }
  }

  private async one(s: Slot): Promise<void> {
    try {
      this.book.saved(await this.door.one(this.book.wish(s)), s.mine)
    } catch (e) {
      if (!(e instanceof Problem) || lasting(e)) throw e
      const current = e.more.current as Cell | undefined
      if (current) this.book.take(current)
      else this.book.refused(s.cell.row, s.cell.month, e.errors.length ? e.errors : [said(e)])
    }
  }

  private async many(list: Slot[]): Promise<void> {
    try {
      const answer = await this.door.many(list.map((s) => this.book.wish(s)))
      const mine = new Map(list.map((s) => [s.cell.row + s.cell.month, s.mine]))
      for (const cell of answer.cells) this.book.saved(cell, mine.get(cell.row + cell.month))
      for (const r of answer.refused) r.current ? this.book.take(r.current) : this.book.refused(r.row, r.month, r.errors)
    } catch (e) {
      if (!(e instanceof Problem) || lasting(e)) throw e
      for (const s of list) this.book.refused(s.cell.row, s.cell.month, [said(e)])
    }
  }

  private later(list: Slot[], e: Error): void {
    this.book.kept(list)
    this.offline.value = e instanceof Offline
    this.fault.value = e
    this.soon(pauses[Math.min(this.tries++, pauses.length - 1)]!)
  }
}

/** A refusal that is not of the cell: the session ended, too many requests, or the server itself fails. */
const said = (e: Problem): Complaint => ({ code: e.code, text: e.message })
const lasting = (p: Problem): boolean => p.status === 401 || p.status === 429 || p.status >= 500
