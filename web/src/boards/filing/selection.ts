// Which cells are chosen, and where a key leads: pure, so that every key can be tried.

export interface Place {
  r: number
  c: number
}

/** The cell that is written into, and two corners of what is chosen with it. */
export interface Selection {
  at: Place
  from: Place
  to: Place
}

/** One cell alone. */
export const alone = (at: Place): Selection => ({ at, from: at, to: at })

/** Cells from the first to the last, both included. */
export interface Range {
  r0: number
  c0: number
  r1: number
  c1: number
}

export interface Extent {
  rows: number
  columns: number
}

/** Tells whether a cell holds something: jumps end at the edges of what is filled. */
export type Filled = (at: Place) => boolean

export const rangeOf = (s: Selection): Range => ({
  r0: Math.min(s.from.r, s.to.r), c0: Math.min(s.from.c, s.to.c), r1: Math.max(s.from.r, s.to.r), c1: Math.max(s.from.c, s.to.c),
})

/** How many cells a range has. */
export const areaOf = (r: Range): number => (r.r1 - r.r0 + 1) * (r.c1 - r.c0 + 1)

/** Every place of a range, row by row. */
export function placesOf(range: Range): Place[] {
  const out: Place[] = []
  for (let r = range.r0; r <= range.r1; r++) for (let c = range.c0; c <= range.c1; c++) out.push({ r, c })
  return out
}

const within = (n: number, count: number): number => Math.max(0, Math.min(count - 1, n))
export const bound = (p: Place, of: Extent): Place => ({ r: within(p.r, of.rows), c: within(p.c, of.columns) })

/** Where Ctrl with an arrow leads: to the edge of what is filled, else to the next that is, else to the end. */
export function jump(from: Place, by: Place, of: Extent, filled: Filled): Place {
  const step = (p: Place): Place => ({ r: p.r + by.r, c: p.c + by.c })
  const inside = (p: Place): boolean => p.r >= 0 && p.c >= 0 && p.r < of.rows && p.c < of.columns
  let at = from
  let next = step(at)
  if (!inside(next)) return at
  if (filled(at) && filled(next)) {
    while (inside(next) && filled(next)) [at, next] = [next, step(next)]
    return at
  }
  while (inside(next) && !filled(next)) [at, next] = [next, step(next)]
  return inside(next) ? next : at
}

export interface Key {
  key: string
  ctrl: boolean
  shift: boolean
}

const arrows: Record<string, Place> = { ArrowUp: { r: -1, c: 0 }, ArrowDown: { r: 1, c: 0 }, ArrowLeft: { r: 0, c: -1 }, ArrowRight: { r: 0, c: 1 } }

/** Where a key leads from a place; nothing for keys that lead nowhere. */
export function lead(from: Place, k: Key, of: Extent, page: number, filled: Filled): Place | undefined {
  const arrow = arrows[k.key]
  if (arrow) return k.ctrl ? jump(from, arrow, of, filled) : bound({ r: from.r + arrow.r, c: from.c + arrow.c }, of)
  switch (k.key) {
    case 'Home': return { r: k.ctrl ? 0 : from.r, c: 0 }
    case 'End': return { r: k.ctrl ? of.rows - 1 : from.r, c: of.columns - 1 }
    case 'PageUp': return bound({ r: from.r - page, c: from.c }, of)
    case 'PageDown': return bound({ r: from.r + page, c: from.c }, of)
  }
  return undefined
}

/** The next cell after Tab or Enter. Within a range that was chosen it goes round in it. */
export function advance(s: Selection, key: 'Tab' | 'Enter', back: boolean, of: Extent): Selection | undefined {
  const range = rangeOf(s)
  if (areaOf(range) > 1) return { ...s, at: around(s.at, range, key, back) }
  const by = back ? -1 : 1
  const next = key === 'Tab' ? { r: s.at.r, c: s.at.c + by } : { r: s.at.r + by, c: s.at.c }
  if (next.c < 0 || next.c >= of.columns) return undefined // Tab leaves the grid at its ends
  return alone(bound(next, of))
}

function around(at: Place, g: Range, key: 'Tab' | 'Enter', back: boolean): Place {
  const [height, width] = [g.r1 - g.r0 + 1, g.c1 - g.c0 + 1]
  const [r, c] = [at.r - g.r0, at.c - g.c0]
  const area = height * width
  const n = key === 'Tab' ? r * width + c : c * height + r
  const next = (n + (back ? area - 1 : 1)) % area
  return key === 'Tab' ? { r: g.r0 + Math.floor(next / width), c: g.c0 + (next % width) } : { r: g.r0 + (next % height), c: g.c0 + Math.floor(next / height) }
}
