// A wall runs for months. At ten past four, when a shift is under way and nobody
// looks, it takes the new build if the server has one. It never reloads while the
// server is out of reach: a browser's error page would stand there until morning.

const from = 4 * 60 + 10
const until = 5 * 60

/** Tells whether a minute of the mine's day is one in which the wall may reload. */
export const inWindow = (minuteOfDay: number): boolean => minuteOfDay >= from && minuteOfDay < until

/** The minute of the day on the mine's clock. */
export function minuteOfDay(at: number, zone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en-GB', { ...(zone ? { timeZone: zone } : {}), hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at)
  const of = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0)
  return of('hour') * 60 + of('minute')
}

/** Watches for a new build. */
export class Nightly {
  private first = ''
  private asking = false

  /** build gives what the server's build is known by, and fails where it is out of reach. */
  constructor(private readonly build: () => Promise<string>, private readonly reload: () => void) {}

  /** To be called each minute. */
  async minute(at: number, zone: string | undefined): Promise<void> {
    if (this.asking || (this.first && !inWindow(minuteOfDay(at, zone)))) return
    this.asking = true
    try {
      const now = await this.build()
      this.first ||= now
      if (now !== this.first) this.reload()
    } catch {
      // out of reach: asked again in a minute
    } finally {
      this.asking = false
    }
  }
}
