// The clipboard of a spreadsheet: cells by tabs, rows by lines, quotes around
// what holds either.

/** The most rows that are taken from a clipboard at once. */
export const mostRows = 10_000

/** Reads a block as Excel and WPS put it: CRLF or LF, and exactly one line break at the end that means nothing. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = (): void => {
    row.push(cell)
    rows.push(row)
    row = []
    cell = ''
  }
  for (let i = 0; i < text.length && rows.length < mostRows; i++) {
    const ch = text[i]!
    if (quoted && ch === '"' && text[i + 1] === '"') cell += text[i++]
    else if (quoted) ch === '"' ? (quoted = false) : (cell += ch)
    else if (ch === '"' && cell === '') quoted = true
    else if (ch === '\t') {
      row.push(cell)
      cell = ''
    } else if (ch === '\n' || ch === '\r') {
      if (ch === '\r' && text[i + 1] === '\n') i++
      endRow()
    } else cell += ch
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}

/** Writes a block as a spreadsheet reads it. */
export function writeBlock(rows: string[][]): string {
  return rows.map((row) => row.map((c) => (/["\t\n\r]/.test(c) ? '"' + c.replaceAll('"', '""') + '"' : c)).join('\t')).join('\n')
}
