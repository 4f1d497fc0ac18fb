// The course of the last day of points, by the hour.
import { toNumber } from '@/lib/format'
import type { Amount } from '@/lib/schema'

export const dayHours = 24
export const hourMS = 3_600_000

/** Lays hours into their places; the mean of an hour that is covered in part, and null where nothing is known. */
export function courses(amounts: Pick<Amount, 'point' | 'from' | 'amount' | 'covered'>[], firstHour: number): Map<string, (number | null)[]> {
  const out = new Map<string, (number | null)[]>()
  for (const a of amounts) {
    const row = out.get(a.point) ?? new Array<number | null>(dayHours).fill(null)
    const i = Math.round((Date.parse(a.from) - firstHour) / hourMS)
    if (i >= 0 && i < dayHours && a.covered > 0.2) row[i] = toNumber(a.amount) / a.covered
    out.set(a.point, row)
  }
  return out
}

/** Below this share of its size a course does not move: drawn large, the last digit of a thermometer would look like a storm. */
const still = 0.01

/** Lays a course flat that hardly moves. */
export function calm(values: (number | null)[]): (number | null)[] {
  const known = values.filter((v): v is number => v !== null)
  const [least, most] = [Math.min(...known), Math.max(...known)]
  if (known.length === 0 || most - least > still * Math.max(Math.abs(least), Math.abs(most))) return values
  return values.map((v) => (v === null ? null : most))
}
