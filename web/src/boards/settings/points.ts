// The course of the last day of points, by the hour.
import { get } from '@/lib/api'
import { toNumber } from '@/lib/format'

interface Amount {
  point: string
  from: string
  to: string
  amount: string
  covered: number
}

export const dayHours = 24
const hourMS = 3_600_000

/** Lays hours into their places; the mean of an hour that is covered in part, and null where nothing is known. */
export function courses(amounts: Amount[], firstHour: number): Map<string, (number | null)[]> {
  const out = new Map<string, (number | null)[]>()
  for (const a of amounts) {
    const row = out.get(a.point) ?? new Array<number | null>(dayHours).fill(null)
    const i = Math.round((Date.parse(a.from) - firstHour) / hourMS)
    if (i >= 0 && i < dayHours && a.covered > 0.2) row[i] = toNumber(a.amount) / a.covered
    out.set(a.point, row)
  }
  return out
}

/** Asks for the last day of up to 50 points. */
export async function lastDay(site: string, ids: string[], now: number, signal?: AbortSignal): Promise<Map<string, (number | null)[]>> {
  const end = Math.ceil(now / hourMS) * hourMS
  const from = end - dayHours * hourMS
  const answer = await get<{ items: Amount[] }>(`/sites/${site}/amounts`, { by: 'hour', point: ids.join(','), from: String(from), to: String(end) }, signal)
  return courses(answer.items, from)
}
