// Bytes as people who mend devices read them: sixteen a row, with the signs beside.

/** A row of sixteen bytes. */
export interface HexRow {
  at: string
  hex: string
  text: string
}

const hex = (n: number, width: number) => n.toString(16).padStart(width, '0').toUpperCase()

/** Reads base64. */
export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64)
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

/** Cuts bytes into rows; a sign that does not print is a dot. */
export function hexRows(bytes: Uint8Array): HexRow[] {
  const rows: HexRow[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)]
    const two = part.map((b) => hex(b, 2))
    rows.push({
      at: hex(at, 4),
      hex: (two.slice(0, 8).join(' ') + (two.length > 8 ? '  ' + two.slice(8).join(' ') : '')).padEnd(48),
      text: part.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '·')).join(''),
    })
  }
  return rows
}

/** The bytes as text where they are UTF-8 that prints, else nothing. */
export function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text) ? '' : text
  } catch {
    return ''
  }
}
