// What leaves the page: a table as CSV or XLSX with the numbers that stand on
// the screen, and a chart as PNG.
import { num, toNumber, type Numeric } from './format'

/** A column; with digits it holds numbers that are rounded to them. */
export interface Column {
  title: string
  unit?: string
  digits?: number
}

export type Cell = Numeric

/** A table as it stands on the screen. */
export interface Table {
  title: string
  /** Of what it is: site, period, edition; one line each. */
  about: string[]
  columns: Column[]
  rows: Cell[][]
}

/** The title of a column with its unit. */
export const heading = (c: Column): string => (c.unit ? `${c.title} (${c.unit})` : c.title)

/**
 * The value of a cell as it is shown: rounded where its column says, text as it is,
 * nothing where nothing is known. What rounds to nothing is no zero: "< 0.01".
 */
export function cellOf(v: Cell, column: Column | undefined): string | number | null {
  if (v === null || v === undefined || v === '') return null
  if (column?.digits === undefined) return v
  const n = toNumber(v)
  if (!Number.isFinite(n)) return String(v)
  return n !== 0 && Math.abs(n) < 10 ** -column.digits / 2 ? num(n, column.digits) : rounded(n, column.digits)
}

// Halves go away from zero, as Intl.NumberFormat prints them.
function rounded(n: number, digits: number): number {
  const r = Number(Math.round(Number(Math.abs(n) + 'e' + digits)) + 'e-' + digits)
  return Number.isNaN(r) ? n : n < 0 ? 0 - r : r
}

/** A text that no spreadsheet takes for a formula (OWASP, CSV injection). */
export const guarded = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? "'" + text : text)

function field(v: string | number | null, digits: number | undefined): string {
  if (v === null) return ''
  if (typeof v === 'number') return digits === undefined ? String(v) : v.toFixed(digits)
  const text = guarded(v)
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text
}

/** Writes a table as CSV that Excel and WPS open in UTF-8; what it is of follows the rows. */
export function csv(t: Table): string {
  const lines = [t.columns.map((c) => field(heading(c), undefined))]
  for (const row of t.rows) lines.push(row.map((v, i) => field(cellOf(v, t.columns[i]), t.columns[i]?.digits)))
  lines.push([''], ...[t.title, ...t.about].map((text) => [field(text, undefined)]))
  return '\ufeff' + lines.map((l) => l.join(',')).join('\r\n') + '\r\n'
}

/** A name that every file system takes. */
export const fileName = (...parts: string[]): string => parts.filter(Boolean).join(' ').replace(/[\\/:*?"<>|\u0000-\u001f]+/g, '-').trim().slice(0, 120)

/** Hands a file to the reader. */
export function save(name: string, data: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(data)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export function saveCSV(t: Table): void {
  save(fileName(t.title, t.about[0] ?? '') + '.csv', new Blob([csv(t)], { type: 'text/csv;charset=utf-8' }))
}

/** Saves tables as the sheets of one workbook; its writer is fetched when it is needed. */
export async function saveXLSX(name: string, tables: Table[]): Promise<void> {
  const { workbook } = await import('./xlsx')
  save(fileName(name) + '.xlsx', new Blob([workbook(tables) as BlobPart], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }))
}
