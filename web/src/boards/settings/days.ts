// Days and seconds by the mine's clock.

const formats = new Map<string, Intl.DateTimeFormat>()

/** An instant to the second: "2025-10-31 14:05:09". */
export function secondOf(instant: string | undefined, zone?: string): string {
  const at = Date.parse(instant ?? '')
  if (Number.isNaN(at)) return '—'
  let f = formats.get(zone ?? '')
  if (!f) {
    f = new Intl.DateTimeFormat('sv-SE', { ...(zone ? { timeZone: zone } : {}), dateStyle: 'short', timeStyle: 'medium' })
    formats.set(zone ?? '', f)
  }
  return f.format(at)
}

/** The day so many days on. */
export function shiftDay(day: string, by: number): string {
  const at = Date.parse(day + 'T00:00:00Z')
  return Number.isNaN(at) ? day : new Date(at + by * 86_400_000).toISOString().slice(0, 10)
}
