import { get } from '@/lib/api'
import type { Amounts } from '@/lib/schema'
import { courses, dayHours, hourMS } from './courses'

/** Asks for the last day of up to 50 points. */
export async function lastDay(site: string, ids: string[], now: number, signal?: AbortSignal): Promise<Map<string, (number | null)[]>> {
  const end = Math.ceil(now / hourMS) * hourMS
  const from = end - dayHours * hourMS
  const answer = await get<Amounts>(`/sites/${site}/amounts`, { by: 'hour', point: ids.join(','), from: String(from), to: String(end) }, signal)
  return courses(answer.items, from)
}
