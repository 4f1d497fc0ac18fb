/** The path of a QR code's dark modules, one run of a row after the other. */
export function pathOf(rows: boolean[][]): { path: string; size: number } {
  let path = ''
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const from = x
      while (row[x + 1]) x++
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`
    }
  })
  return { path, size: rows.length }
}
