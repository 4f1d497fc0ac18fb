import { readonly, ref, type Ref } from 'vue'
import { address, ask, type Problem } from './api'
import { openFeed, type Open, type Told } from './feed'
import { Seat, type Channel } from './seat'

/** How the link to the server stands. */
export type Link = 'wait' | 'live' | 'late' | 'lost' | 'denied'

/** The server's heart beats every 15 s where nothing moves: a longer silence is a delay. */
export const lateAfter = 20_000
/** After two heart-beats missed the line is taken for dead, for a cable that was pulled tells nobody. */
export const deafAfter = 35_000
const firstPause = 1000
const longestPause = 15_000
const deniedPause = 60_000
const hiddenFor = 60_000
const mostHeld = 2000

/** What a stream asks the world for; tests give their own. */
export interface World {
  open: Open
  channel: (name: string) => Channel | undefined
  /** Asks for the mine as it stands, as JSON: a tab that follows has no snapshot of its own. */
  snapshot: (site: string) => Promise<string>
}

/** How the leader's line stands, as it tells the tabs that follow. */
interface Standing {
  heard: number
  broken: boolean
  denied: boolean
}

const world: World = {
  open: openFeed,
  channel: (name) => (typeof BroadcastChannel === 'undefined' ? undefined : (new BroadcastChannel(name) as Channel)),
  snapshot: async (site) => (await ask(`/sites/${site}/live`)).text(),
}

/**
 * The events of a mine. It takes up again where it was after the link broke, is
 * shared by the tabs of a browser, and tells how long ago the server was heard.
 */
export class Stream {
  private readonly state = ref<Link>('wait')
  private readonly seconds = ref(0)
  /** How the link stands. */
  readonly link: Readonly<Ref<Link>> = readonly(this.state)
  /** Seconds since the server was last heard. */
  readonly age: Readonly<Ref<number>> = readonly(this.seconds)

  private readonly takers = new Map<string, Set<(data: unknown) => void>>()
  private readonly clock: ReturnType<typeof setInterval>
  private readonly seen = () => this.look()
  private readonly back = () => this.again()
  private readonly gone = () => this.leave()
  private seat: Seat | undefined
  private shut: (() => void) | undefined
  private retry: ReturnType<typeof setTimeout> | undefined
  private hiding: ReturnType<typeof setTimeout> | undefined
  private pause = firstPause
  private last = 0
  private held: Told[] | undefined // while a tab that follows waits for its snapshot
  private dialled = 0
  private heard = 0
  private broken = false
  private denied = false

  constructor(private readonly site: string, private readonly always = false, private readonly w: World = world) {
    this.clock = setInterval(() => this.tick(), 1000)
    document.addEventListener('visibilitychange', this.seen)
    addEventListener('online', this.back)
    addEventListener('pagehide', this.gone)
    addEventListener('pageshow', this.seen)
    this.sit()
  }

  /** Calls take with the data of each event of a kind; the function it gives ends that. */
  on(kind: string, take: (data: never) => void): () => void {
    const all = this.takers.get(kind) ?? new Set()
    this.takers.set(kind, all.add(take as (data: unknown) => void))
    return () => all.delete(take as (data: unknown) => void)
  }

  /** Tries at once what would be tried after a pause. */
  again(): void {
    this.pause = firstPause
    if (this.seat?.leads && !this.shut) this.dial()
  }

  /** The server refuses this browser: somebody else found out. */
  deny(): void {
    this.denied = true
    this.hangUp()
    this.redial(deniedPause)
    this.tick()
  }

  close(): void {
    this.leave()
    clearInterval(this.clock)
    clearTimeout(this.hiding)
    document.removeEventListener('visibilitychange', this.seen)
    removeEventListener('online', this.back)
    removeEventListener('pagehide', this.gone)
    removeEventListener('pageshow', this.seen)
  }

  private sit(): void {
    this.seat = new Seat(this.w.channel('lingtan-stream-' + this.site), {
      lead: () => this.dial(),
      follow: () => void this.follow(),
      passed: (what) => this.passed(what as Told | Standing | undefined),
      state: (): Standing => ({ heard: this.heard, broken: this.broken, denied: this.denied }),
    })
  }

  private leave(): void {
    this.hangUp()
    this.seat?.leave()
    this.seat = undefined
  }

  /** A page that nobody sees for a while lets go of the line; a wall never does. */
  private look(): void {
    clearTimeout(this.hiding)
    if (document.hidden && !this.always) this.hiding = setTimeout(() => this.leave(), hiddenFor)
    else if (!this.seat) this.sit()
    else this.again()
  }

  private hangUp(): void {
    clearTimeout(this.retry)
    this.shut?.()
    this.shut = undefined
  }

  private dial(): void {
    this.hangUp()
    this.held = undefined
    this.dialled = Date.now()
    this.shut = this.w.open(address(`/sites/${this.site}/stream`), this.last, {
      heard: () => this.hear(Date.now()),
      told: (e) => {
        if (e.kind === 'snapshot') this.last = 0 // a server that began anew may count from less
        this.take(e)
        this.seat?.pass(e)
      },
      ended: (status) => this.ended(status),
    })
  }

  private hear(at: number): void {
    this.heard = at
    this.pause = firstPause
    this.broken = this.denied = false
    if (this.state.value !== 'live') this.tick()
  }

  private ended(status: number): void {
    this.hangUp()
    this.broken = true
    this.denied = status === 401 || status === 403
    this.redial(this.denied ? deniedPause : this.pause * (0.75 + Math.random() / 2))
    this.pause = Math.min(this.pause * 2, longestPause)
    this.tick()
    this.seat?.tell()
  }

  private redial(after: number): void {
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.seat?.leads && this.dial(), after)
  }

  /** Another tab listens for this one, which takes a snapshot and goes on with what is passed. */
  private async follow(): Promise<void> {
    this.hangUp()
    const mine: Told[] = (this.held = [])
    try {
      const data = await this.w.snapshot(this.site)
      if (this.held !== mine) return
      this.held = undefined
      this.take({ id: (JSON.parse(data) as { id: number }).id, kind: 'snapshot', data })
      mine.forEach((e) => this.take(e))
    } catch (e) {
      if (this.held !== mine) return
      this.denied = (e as Problem).status === 401
      this.retry = setTimeout(() => this.held === mine && void this.follow(), longestPause)
    }
  }

  private passed(what: Told | Standing | undefined): void {
    if (!what) return
    if ('broken' in what) {
      this.heard = what.heard
      this.broken = what.broken
      this.denied = what.denied
      return this.tick()
    }
    this.hear(Date.now())
    if (!this.held) return this.take(what)
    if (this.held.length < mostHeld) this.held.push(what)
  }

  private take(e: Told): void {
    if (e.id <= this.last) return
    this.last = e.id
    if (this.state.value === 'wait') this.tick()
    const takers = this.takers.get(e.kind)
    if (!takers?.size) return
    const data: unknown = JSON.parse(e.data)
    takers.forEach((take) => take(data))
  }

  private tick(): void {
    const silent = Date.now() - this.heard
    this.seconds.value = this.heard ? Math.floor(silent / 1000) : 0
    if (this.shut && Date.now() - Math.max(this.heard, this.dialled) > deafAfter) return this.ended(0)
    if (this.denied) this.state.value = 'denied'
    else if (this.broken) this.state.value = 'lost'
    else if (!this.last) this.state.value = 'wait'
    else this.state.value = silent > deafAfter ? 'lost' : silent > lateAfter ? 'late' : 'live'
  }
}
