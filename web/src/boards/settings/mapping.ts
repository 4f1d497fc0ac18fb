// The text of a mapping or a device's file, changed where a person chooses a
// point from a list. The text stays what is sent: what they wrote beside it is kept.

/** A text as TOML writes it. */
export const quoted = (text: string): string => JSON.stringify(text)

/** Which point a column is, by its name in the file. */
export interface Given {
  point: string
  unit: string
}

const head = /^\[\[(column|channel)\]\]\s*(#.*)?$/
const section = /^\[/
const pair = /^\s*(name|point|unit)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*')/

interface Block {
  from: number
  to: number
  values: Record<string, string>
}

function valueOf(written: string): string {
  if (written.startsWith("'")) return written.slice(1, -1)
  try {
    return JSON.parse(written) as string
  } catch {
    return written.slice(1, -1)
  }
}

/** Finds the [[column]] or [[channel]] blocks of a text. */
function blocks(lines: string[], kind: string): Block[] {
  const out: Block[] = []
  let open: Block | undefined
  lines.forEach((line, i) => {
    const begins = head.exec(line.trim())
    if (begins?.[1] === kind) out.push((open = { from: i, to: i + 1, values: {} }))
    else if (section.test(line)) open = undefined
    else if (open && line.trim() !== '' && !line.trim().startsWith('#')) {
      open.to = i + 1
      const said = pair.exec(line)
      if (said) open.values[said[1]!] = valueOf(said[2]!)
    }
  })
  return out
}

/** The columns that a mapping gives to points, by their names. */
export function given(mapping: string): Map<string, Given> {
  return new Map(blocks(mapping.split('\n'), 'column').map((b) => [b.values.name ?? '', { point: b.values.point ?? '', unit: b.values.unit ?? '' }]))
}

/** Writes a block of a channel or a column. */
function written(kind: string, name: string, to: Given): string[] {
  const lines = [`[[${kind}]]`, `name = ${quoted(name)}`, `point = ${quoted(to.point)}`]
  if (to.unit) lines.push(`unit = ${quoted(to.unit)}`)
  return lines
}

/** Gives a column to a point, or to none. */
export function giveColumn(mapping: string, name: string, to: Given | undefined): string {
  const lines = mapping.split('\n')
  const old = blocks(lines, 'column').find((b) => b.values.name === name)
  if (!old) return to ? appended(mapping, written('column', name, to)) : mapping
  if (!to) {
    const from = lines[old.from - 1]?.trim() === '' ? old.from - 1 : old.from
    lines.splice(from, old.to - from)
    return lines.join('\n')
  }
  const rest = lines.slice(old.from + 1, old.to).filter((l) => !pair.test(l))
  lines.splice(old.from, old.to - old.from, ...written('column', name, to), ...rest)
  return lines.join('\n')
}

/** Adds a channel to a device's file. */
export const addChannel = (file: string, name: string, to: Given): string => appended(file, written('channel', name, to))

function appended(text: string, lines: string[]): string {
  const body = text.replace(/\s+$/, '')
  return (body ? body + '\n\n' : '') + lines.join('\n') + '\n'
}
