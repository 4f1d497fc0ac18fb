// What an act changed, as a reader reads it: each place of the record with what
// stood there before and what stands there after.

/** One place that changed. What was not there is undefined; null is a value. */
export interface Change {
  /** The way to it, "duties › 1 › role". */
  path: string
  before?: string | undefined
  after?: string | undefined
}

/** A record nests no deeper than a reader follows. */
const deepest = 12

type Leaves = Map<string, string>

/** Compares two states of a record. Where there was none before, all of it came. */
export function changes(before: unknown, after: unknown): Change[] {
  const [had, has] = [leaves(before), leaves(after)]
  const out: Change[] = []
  for (const [path, value] of had) {
    const now = has.get(path)
    if (now !== value) out.push({ path, before: value, after: now })
  }
  for (const [path, value] of has) if (!had.has(path)) out.push({ path, after: value })
  return out
}

function leaves(value: unknown): Leaves {
  const out: Leaves = new Map()
  if (value !== undefined && value !== null) walk(value, [], out)
  return out
}

function walk(value: unknown, path: string[], out: Leaves): void {
  if (value === null || typeof value !== 'object' || path.length >= deepest) {
    out.set(path.join(' › '), typeof value === 'string' ? value : JSON.stringify(value))
    return
  }
  const entries = Array.isArray(value) ? keyed(value) : Object.entries(value)
  if (entries.length === 0 && path.length > 0) out.set(path.join(' › '), Array.isArray(value) ? '[]' : '{}')
  for (const [key, child] of entries) walk(child, [...path, key], out)
}

// A list whose parts have an id is followed by it: that one was put in before
// others does not change the others.
function keyed(list: unknown[]): [string, unknown][] {
  const ids = list.map((v) => (v && typeof v === 'object' ? String((v as Record<string, unknown>).id ?? (v as Record<string, unknown>).sha256 ?? '') : ''))
  const named = ids.every(Boolean) && new Set(ids).size === ids.length
  if (named) return list.map((v, i) => [ids[i]!, v])
  if (list.every((v) => v === null || typeof v !== 'object')) return [['', list.join(', ')]]
  return list.map((v, i) => [String(i + 1), v])
}

/** A text of many lines is compared line by line. */
export const isLong = (c: Change): boolean => [c.before, c.after].some((v) => v !== undefined && v.trim().includes('\n'))

/** A path without the empty last step of a list of plain values. */
export const pathText = (path: string): string => path.replace(/ › $/, '')
