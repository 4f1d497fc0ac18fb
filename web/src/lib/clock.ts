// Instants as the mine's clock shows them.

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  let f = formats.get(zone ?? '')
  if (!f) {
    f = new Intl.DateTimeFormat('en-GB', { ...(zone ? { timeZone: zone } : {}), year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    formats.set(zone ?? '', f)
  }
  return f
}

function parts(instant: string, zone: string | undefined): Record<string, string> {
  return Object.fromEntries(formatOf(zone).formatToParts(new Date(instant)).map((p) => [p.type, p.value]))
}

const known = (instant: string | undefined): instant is string => !Number.isNaN(Date.parse(instant ?? ''))

/** The day of an instant, "2025-10-31". */
export function dayOf(instant: string | undefined, zone?: string): string {
  if (!known(instant)) return '—'
  const p = parts(instant, zone)
  return `${p.year}-${p.month}-${p.day}`
}

/** The day and the minute of an instant, "2025-10-31 14:05". */
export function minuteOf(instant: string | undefined, zone?: string): string {
  if (!known(instant)) return '—'
  const p = parts(instant, zone)
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`
}

/** The minute before an instant that ends a period: the end of a day is that day's, 23:59. */
export const lastMinute = (instant: string | undefined, zone?: string): string => (known(instant) ? minuteOf(new Date(Date.parse(instant) - 1).toISOString(), zone) : '—')

/** How far a zone's clock is ahead of UTC at an instant, in ms. */
function ahead(instant: number, zone: string | undefined): number {
  const p = parts(new Date(instant).toISOString(), zone)
  return Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute)) - Math.floor(instant / 60_000) * 60_000
}

/** The instant at which a month begins by the mine's clock. */
export function startOf(month: string, zone?: string): string {
  const wall = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1, 1)
  let instant = wall - ahead(wall, zone)
  instant = wall - ahead(instant, zone) // once more, for a clock that was changed between
  return new Date(instant).toISOString()
}
