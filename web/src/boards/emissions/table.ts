// Tables of this board: what stands on the screen is what is exported.
import type { Cell, Column, Table } from '@/lib/export'
import { toNumber } from '@/lib/format'

/** A column of rows: its value is what is sorted by and exported. */
export interface ColumnOf<R> extends Column {
  key: string
  value: (row: R) => Cell
  /** What it is sorted by, where that is not its value. */
  by?: (row: R) => string | number
  /** Its texts are short and stay on one line. */
  tight?: boolean
  /** It may leave on narrow screens. */
  minor?: boolean
}

/** Sorts rows by a column: "co2e" upwards, "-co2e" downwards. What is not known comes last either way. */
export function sorted<R>(rows: R[], columns: ColumnOf<R>[], sort: string): R[] {
  const down = sort.startsWith('-')
  const column = columns.find((c) => c.key === sort.replace(/^-/, ''))
  if (!column) return rows
  const keyed = rows.map((row) => ({ row, key: keyOf(row, column) }))
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1
    const c = typeof a.key === 'number' && typeof b.key === 'number' ? a.key - b.key : String(a.key).localeCompare(String(b.key), 'zh-CN')
    return down ? -c : c
  })
  return keyed.map((k) => k.row)
}

function keyOf<R>(row: R, column: ColumnOf<R>): string | number | null {
  const v = column.by ? column.by(row) : column.value(row)
  if (v === null || v === undefined || v === '') return null
  if (column.digits === undefined || column.by) return v
  const n = toNumber(v)
  return Number.isFinite(n) ? n : null
}

/** Keeps the rows of which a text holds all the words. */
export function search<R>(rows: R[], words: string, text: (row: R) => string): R[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return rows
  return rows.filter((row) => {
    const t = text(row).toLowerCase()
    return wanted.every((w) => t.includes(w))
  })
}

/** The table as it stands, to be exported. */
export function tableOf<R>(title: string, about: string[], columns: ColumnOf<R>[], rows: R[], foot?: Record<string, Cell>): Table {
  const body = rows.map((row) => columns.map((c) => c.value(row)))
  if (foot) body.push(columns.map((c) => foot[c.key] ?? null))
  return { title, about, columns, rows: body }
}
