// The difference of two texts by their lines (E. W. Myers, "An O(ND) difference
// algorithm and its variations", 1986).

/** A line of a difference. What stays has both numbers, counted from 1. */
export interface Line {
  kind: 'same' | 'gone' | 'new'
  text: string
  before?: number
  after?: number
}

/** What was left out between two changes. */
export interface Gap {
  kind: 'gap'
  lines: number
}

/** Beyond so many changed lines the way is not searched: all of it was replaced. */
const mostChanges = 2000

/** Compares two texts. */
export function diff(before: string, after: string): Line[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const out: Line[] = []
  const same = (i: number, j: number) => out.push({ kind: 'same', text: a[i]!, before: i + 1, after: j + 1 })
  for (let i = 0; i < head; i++) same(i, i)
  for (const step of between(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    if (step.kind === 'same') same(head + step.i, head + step.j)
    else if (step.kind === 'gone') out.push({ kind: 'gone', text: a[head + step.i]!, before: head + step.i + 1 })
    else out.push({ kind: 'new', text: b[head + step.j]!, after: head + step.j + 1 })
  }
  for (let k = tail; k > 0; k--) same(a.length - k, b.length - k)
  return out
}

/** Lines of a text; a line end at its end begins no line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

interface Step {
  kind: Line['kind']
  i: number
  j: number
}

function between(a: string[], b: string[]): Step[] {
  const trace: Map<number, number>[] = []
  let ends = new Map<number, number>([[1, 0]])
  for (let d = 0; d <= Math.min(a.length + b.length, mostChanges); d++) {
    trace.push(new Map(ends))
    const next = new Map<number, number>()
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1))
      let x = down ? (ends.get(k + 1) ?? 0) : (ends.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && x - k >= 0 && a[x] === b[x - k]) x++
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return backwards(trace, a.length, b.length)
    }
    ends = next
  }
  return [...a.map((_, i): Step => ({ kind: 'gone', i, j: 0 })), ...b.map((_, j): Step => ({ kind: 'new', i: 0, j }))]
}

function backwards(trace: Map<number, number>[], m: number, n: number): Step[] {
  const out: Step[] = []
  let [x, y] = [m, n]
  for (let d = trace.length - 1; d >= 0; d--) {
    const ends = trace[d]!
    const k = x - y
    const down = k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1))
    const from = down ? k + 1 : k - 1
    const [fromX, fromY] = d === 0 ? [0, 0] : [ends.get(from) ?? 0, (ends.get(from) ?? 0) - from]
    while (x > fromX && y > fromY && (d === 0 || x > (down ? fromX : fromX + 1) || y > (down ? fromY + 1 : fromY))) {
      x--
      y--
      out.push({ kind: 'same', i: x, j: y })
    }
    if (d === 0) break
    if (down) out.push({ kind: 'new', i: x, j: --y })
    else out.push({ kind: 'gone', i: --x, j: y })
  }
  return out.reverse()
}

/** Leaves out what lies further than so many lines from a change. */
export function hunks(lines: Line[], around = 3): (Line | Gap)[] {
  const keep = new Array<boolean>(lines.length).fill(false)
  lines.forEach((l, i) => {
    if (l.kind !== 'same') for (let j = Math.max(0, i - around); j <= Math.min(lines.length - 1, i + around); j++) keep[j] = true
  })
  const out: (Line | Gap)[] = []
  let left = 0
  lines.forEach((l, i) => {
    if (!keep[i]) left++
    else {
      if (left > 0) out.push({ kind: 'gap', lines: left })
      left = 0
      out.push(l)
    }
  })
  if (left > 0) out.push({ kind: 'gap', lines: left })
  return out
}

/** How many lines came and went. */
export const counts = (lines: Line[]) => ({ added: lines.filter((l) => l.kind === 'new').length, gone: lines.filter((l) => l.kind === 'gone').length })
