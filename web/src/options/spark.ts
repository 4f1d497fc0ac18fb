// A course in a few pixels, as the path of an SVG: it is drawn with the page and
// waits for no chart.

/** The shape of a sparkline. */
export interface Spark {
  /** The line; it breaks where a value is missing. */
  line: string
  /** What lies below the line. */
  area: string
  /** The last value that is known. */
  last: [x: number, y: number] | null
}

const at = (x: number, y: number): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`

/** Lays values into a box, the least at its foot; all alike lie in the middle. */
export function spark(values: (number | null)[], width: number, height: number): Spark {
  const known = values.filter((v): v is number => v !== null && Number.isFinite(v))
  if (known.length < 2) return { line: '', area: '', last: null }
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const x = (i: number) => (i / (values.length - 1)) * width
  const y = (v: number) => (most === least ? height / 2 : height - ((v - least) / (most - least)) * height)
  const out: Spark = { line: '', area: '', last: null }
  for (const run of runs(values)) {
    const points = run.map((i) => at(x(i), y(values[i]!)))
    out.line += 'M' + points.join('L')
    out.area += `M${at(x(run[0]!), height)}L${points.join('L')}L${at(x(run.at(-1)!), height)}Z`
    out.last = [x(run.at(-1)!), y(values[run.at(-1)!]!)]
  }
  return out
}

function runs(values: (number | null)[]): number[][] {
  const out: number[][] = []
  values.forEach((v, i) => {
    if (v === null || !Number.isFinite(v)) return
    if (out.at(-1)?.at(-1) === i - 1) out.at(-1)!.push(i)
    else out.push([i])
  })
  return out
}
