// A workbook as Excel and WPS read it (ECMA-376, part 1), in a ZIP archive whose
// members are stored and not compressed. Texts are inline strings, which no
// spreadsheet takes for a formula.
import { cellOf, heading, type Table } from './export'

const encode = new TextEncoder()

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

/** The checksum that ZIP asks for. */
export function crc32(data: Uint8Array): number {
  let c = 0xffffffff
  for (const b of data) c = crcs[(c ^ b) & 255]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

function header(size: number, fields: [at: number, bytes: 2 | 4, value: number][]): Uint8Array {
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  for (const [at, bytes, value] of fields) bytes === 2 ? view.setUint16(at, value, true) : view.setUint32(at, value, true)
  return out
}

const DOS_DATE = 0x21 // 1 January 1980: the same table gives the same bytes

/** Packs files into an archive (APPNOTE 6.3.10, 4.3). */
export function zip(files: [name: string, text: string][]): Uint8Array {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const [path, text] of files) {
    const [name, data] = [encode.encode(path), encode.encode(text)]
    const [crc, size] = [crc32(data), data.length]
    const local = header(30, [[0, 4, 0x04034b50], [4, 2, 20], [6, 2, 0x0800], [12, 2, DOS_DATE], [14, 4, crc], [18, 4, size], [22, 4, size], [26, 2, name.length]])
    directory.push(header(46, [[0, 4, 0x02014b50], [4, 2, 20], [6, 2, 20], [8, 2, 0x0800], [14, 2, DOS_DATE], [16, 4, crc], [20, 4, size], [24, 4, size], [28, 2, name.length], [42, 4, offset]]), name)
    parts.push(local, name, data)
    offset += local.length + name.length + size
  }
  const length = directory.reduce((n, p) => n + p.length, 0)
  parts.push(...directory, header(22, [[0, 4, 0x06054b50], [8, 2, files.length], [10, 2, files.length], [12, 4, length], [16, 4, offset]]))
  return joined(parts)
}

function joined(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const xml = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"]/g, (c) => escapes[c]!)

/** The letters of a column: A, B … Z, AA. */
export function letters(i: number): string {
  return (i >= 26 ? letters(Math.floor(i / 26) - 1) : '') + String.fromCharCode(65 + (i % 26))
}

function cell(v: string | number | null, ref: string, style: number): string {
  if (v === null) return ''
  if (typeof v === 'number') return `<c r="${ref}" s="${style}"><v>${v}</v></c>`
  return `<c r="${ref}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xml(v)}</t></is></c>`
}

const HEAD = 1 // the style of headings; those of numbers follow, by their decimals
const FIRST = 2
const most = 6 // decimals

function sheet(t: Table): string {
  const rows = [t.columns.map((c, i) => cell(heading(c), letters(i) + 1, HEAD)).join('')]
  for (const row of t.rows) {
    rows.push(row.map((v, i) => {
      const digits = t.columns[i]?.digits
      return cell(cellOf(v, t.columns[i]), letters(i) + (rows.length + 1), digits === undefined ? 0 : FIRST + Math.min(digits, most))
    }).join(''))
  }
  rows.push('')
  for (const text of [t.title, ...t.about]) rows.push(cell(text, 'A' + (rows.length + 1), 0))
  const widths = t.columns.map((c, i) => `<col min="${i + 1}" max="${i + 1}" width="${Math.min(48, Math.max(12, heading(c).length * 1.8))}" customWidth="1"/>`).join('')
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData>${
    rows.map((r, i) => `<row r="${i + 1}">${r}</row>`).join('')}</sheetData></worksheet>`
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const DOC = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

function styles(): string {
  const formats = Array.from({ length: most + 1 }, (_, d) => `<numFmt numFmtId="${164 + d}" formatCode="#,##0${d ? '.' + '0'.repeat(d) : ''}"/>`)
  const cells = formats.map((_, d) => `<xf numFmtId="${164 + d}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`)
  return `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">${formats.join('')}</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>`
    + '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    + '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    + `<cellXfs count="${cells.length + 2}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>${cells.join('')}</cellXfs></styleSheet>`
}

/** Names of sheets: at most 31 characters, none of []:*?/\, no two alike. */
export function sheetNames(titles: string[]): string[] {
  const used = new Set<string>()
  return titles.map((title, i) => {
    const plain = title.replace(/[[\]:*?/\\]/g, ' ').trim().slice(0, 28) || String(i + 1)
    const name = used.has(plain.toLowerCase()) ? `${plain} ${i + 1}` : plain
    used.add(name.toLowerCase())
    return name
  })
}

/** Writes a workbook with a sheet for each table. */
export function workbook(tables: Table[]): Uint8Array {
  const names = sheetNames(tables.map((t) => t.title))
  const each = (f: (n: number, i: number) => string) => tables.map((_, i) => f(i + 1, i)).join('')
  return zip([
    ['[Content_Types].xml', `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`],
    ['_rels/.rels', `${XML}<Relationships xmlns="${RELS}"><Relationship Id="rId1" Type="${DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['xl/workbook.xml', `${XML}<workbook xmlns="${MAIN}" xmlns:r="${DOC}"><sheets>${each((n, i) => `<sheet name="${xml(names[i]!)}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `${XML}<Relationships xmlns="${RELS}">${each((n) => `<Relationship Id="rId${n}" Type="${DOC}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="styles" Type="${DOC}/styles" Target="styles.xml"/></Relationships>`],
    ['xl/styles.xml', styles()],
    ...tables.map((t, i): [string, string] => [`xl/worksheets/sheet${i + 1}.xml`, sheet(t)]),
  ])
}
