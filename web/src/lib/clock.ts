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
