// The keyboard, the clipboard and the pen of the sheet. One text field lies over
// the active cell and always has the focus, so that input methods, the clipboard
// and a phone's keys work as they do anywhere.
import { computed, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Book } from './book'
import type { Patch } from './history'
import { land, previewAbove, spread, type Landing, type Target } from './paste'
import { advance, alone, bound, lead, placesOf, rangeOf, type Place, type Selection } from './selection'
import { edited } from './shown'
import { readBlock, writeBlock } from './tsv'
import type { Month, Row } from './types'

export interface SheetOf {
  rows: Readonly<Ref<Row[]>>
  months: Readonly<Ref<Month[]>>
  book: Book
  /** A cell takes a value from this reader. */
  open: (row: Row, month: string) => boolean
  /** Lines in the view. */
  page: () => number
  field: Readonly<ShallowRef<HTMLTextAreaElement | null>>
  write: (step: Patch[]) => void
  turn: (back: boolean) => void
  /** A large block is shown first. */
  preview: (landing: Landing) => void
  files: (files: File[]) => void
  leave: (back: boolean) => void
  tell: (what: string, values?: Record<string, number>) => void
  moved: () => void
}

export function useSheet(s: SheetOf) {
  const sel = shallowRef<Selection>(alone({ r: 0, c: 0 }))
  /** Nothing is written; what is typed replaces; or the old text is mended. */
  const pen = ref<'' | 'type' | 'mend'>('')
  const extent = computed(() => ({ rows: s.rows.value.length, columns: s.months.value.length }))
  const range = computed(() => rangeOf(sel.value))

  function target(at: Place): Target | undefined {
    const row = s.rows.value[at.r]
    const month = s.months.value[at.c]?.month
    if (!row || !month) return undefined
    return { row: row.id, month, unit: row.unit, units: row.units, open: s.open(row, month), now: s.book.now(row.id, month, row.unit), again: s.book.peek(row.id, month).cell.returned !== undefined }
  }
  const active = computed(() => ({ row: s.rows.value[sel.value.at.r], month: s.months.value[sel.value.at.c] }))
  const filled = (at: Place): boolean => (target(at)?.now.value ?? '') !== ''

  function choose(next: Selection): void {
    const of = extent.value
    sel.value = { at: bound(next.at, of), from: bound(next.from, of), to: bound(next.to, of) }
    s.moved()
  }
  function go(at: Place, extend = false): void {
    choose(extend ? { ...sel.value, to: at } : alone(at))
  }

  function stop(): void {
    pen.value = ''
    if (s.field.value) s.field.value.value = ''
  }
  /** Takes what was written. */
  function commit(): void {
    if (!pen.value) return
    const cell = target(sel.value.at)
    const text = s.field.value?.value ?? ''
    stop()
    if (!cell?.open) return
    const { patches } = land([{ at: sel.value.at, text }], target)
    if (patches.length) s.write(patches)
  }
  function mend(): void {
    const { row } = active.value
    const cell = target(sel.value.at)
    if (!row || !s.field.value) return
    if (!cell?.open) return s.tell('closed')
    s.field.value.value = edited(cell.now, row)
    pen.value = 'mend'
  }
  function typed(): void {
    if (pen.value) return
    if (target(sel.value.at)?.open) pen.value = 'type'
    else {
      stop()
      s.tell('closed')
    }
  }

  /** Puts a text made of each chosen cell in its place. */
  function each(textOf: (at: Place) => string | undefined): void {
    const texts = placesOf(range.value).flatMap((at) => {
      const text = textOf(at)
      return text === undefined ? [] : [{ at, text }]
    })
    put(land(texts, target))
  }
  function put(landing: Landing): void {
    if (landing.patches.length > previewAbove) return s.preview(landing)
    if (landing.patches.length) s.write(landing.patches)
    if (landing.closed + landing.outside > 0 && landing.patches.length === 0) s.tell('closed')
  }
  const suggested = (at: Place): string | undefined => {
    const [row, month] = [s.rows.value[at.r], s.months.value[at.c]?.month]
    const found = row && month ? s.book.slot(row.id, month).value.cell.suggestion : undefined
    return found ? `${found.value} ${found.unit}` : undefined
  }

  function copy(e: ClipboardEvent, cut: boolean): void {
    if (pen.value) return
    e.preventDefault()
    const g = range.value
    const block: string[][] = []
    for (let r = g.r0; r <= g.r1; r++) block.push(Array.from({ length: g.c1 - g.c0 + 1 }, (_, i) => edited(target({ r, c: g.c0 + i })!.now, s.rows.value[r]!)))
    e.clipboardData?.setData('text/plain', writeBlock(block))
    s.tell('copied', { n: block.length * (g.c1 - g.c0 + 1) })
    if (cut) each(() => '')
  }
  function paste(e: ClipboardEvent): void {
    if (pen.value === 'mend') return
    e.preventDefault()
    const files = [...(e.clipboardData?.files ?? [])]
    const text = e.clipboardData?.getData('text/plain') ?? ''
    stop()
    if (files.length && !text) return s.files(files)
    const landing = land(spread(readBlock(text), range.value), target)
    put(landing)
    if (landing.patches.length <= previewAbove) s.tell('pasted', { n: landing.patches.length, skipped: landing.closed + landing.outside, faults: landing.faults })
  }

  const chords: Record<string, () => void> = {
    z: () => s.turn(true), y: () => s.turn(false),
    a: () => choose({ at: sel.value.at, from: { r: 0, c: 0 }, to: { r: extent.value.rows - 1, c: extent.value.columns - 1 } }),
    d: () => each((at) => (at.r === range.value.r0 ? undefined : edited(target({ r: range.value.r0, c: at.c })!.now, s.rows.value[range.value.r0]!))),
    ' ': () => choose({ at: sel.value.at, from: { r: 0, c: sel.value.at.c }, to: { r: extent.value.rows - 1, c: sel.value.at.c } }),
    Enter: () => each(suggested),
  }

  /** Keys while a cell is written. */
  function writing(e: KeyboardEvent): boolean {
    if (e.key === 'Escape') stop()
    else if (e.key === 'Enter' && e.altKey) return false
    else if (e.key === 'Enter' || e.key === 'Tab') return step(e)
    else if (pen.value === 'type' && /^(Arrow|Page)/.test(e.key)) {
      commit()
      return moving(e)
    } else return false
    return true
  }
  function step(e: KeyboardEvent): boolean {
    commit()
    const next = advance(sel.value, e.key as 'Tab' | 'Enter', e.shiftKey, extent.value)
    if (next) choose(next)
    return next !== undefined
  }
  function moving(e: KeyboardEvent): boolean {
    const from = e.shiftKey ? sel.value.to : sel.value.at
    const to = lead(from, { key: e.key, ctrl: e.ctrlKey || e.metaKey, shift: e.shiftKey }, extent.value, s.page(), filled)
    if (to) go(to, e.shiftKey)
    return to !== undefined
  }
  function chord(e: KeyboardEvent): boolean {
    const act = e.shiftKey && e.key.toLowerCase() === 'z' ? chords.y : chords[e.key.length === 1 ? e.key.toLowerCase() : e.key]
    act?.()
    return act !== undefined
  }
  function resting(e: KeyboardEvent): boolean {
    if ((e.ctrlKey || e.metaKey) && chord(e)) return true
    switch (e.key) {
      case 'F2': mend(); return true
      case 'F6': s.leave(e.shiftKey); return true
      case 'Delete': case 'Backspace': each(() => ''); return true
      case 'Escape': go(sel.value.at); return true
      case ' ': if (!e.shiftKey) return false
        choose({ at: sel.value.at, from: { r: sel.value.at.r, c: 0 }, to: { r: sel.value.at.r, c: extent.value.columns - 1 } })
        return true
      case 'Enter': case 'Tab': return step(e)
    }
    return moving(e)
  }
  function key(e: KeyboardEvent): void {
    if (e.isComposing || e.keyCode === 229 || extent.value.rows === 0) return
    if (pen.value ? writing(e) : resting(e)) e.preventDefault()
  }
  return { sel, range, pen, active, target, choose, go, commit, stop, mend, typed, key, copy, paste }
}
