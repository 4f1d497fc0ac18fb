// One tab of a browser listens for all of them, for a browser opens six
// connections to a host and no more. Web Locks would do this in three lines,
// but only where the page came by https, and walls stand in plain networks.

/** What a tab needs of a BroadcastChannel. */
export interface Channel {
  postMessage: (word: unknown) => void
  onmessage: ((e: { data: unknown }) => void) | null
  close: () => void
}

/** What tabs say to each other: is anybody there, I lead, I leave, and what the leader passes on. */
interface Word {
  from: string
  say: 'ask' | 'here' | 'left' | 'pass'
  what?: unknown
}

/** What becomes of a seat. */
export interface Sitter {
  lead: () => void
  follow: () => void
  /** The leader passed something on. */
  passed: (what: unknown) => void
  /** What the leader tells with each sign of life. */
  state: () => unknown
}

const answerWithin = 400 // a message between tabs takes a few ms; a busy machine some more
const beat = 2000
const patience = 6000 // timers of hidden tabs run once a second at best

/** A tab's place among the tabs that look at the same mine. */
export class Seat {
  leads = false
  private follows = false
  private heard = 0
  private readonly id = Math.random().toString(36).slice(2)
  private claim: ReturnType<typeof setTimeout> | undefined
  private readonly timer: ReturnType<typeof setInterval>

  constructor(private readonly channel: Channel | undefined, private readonly sitter: Sitter) {
    this.timer = setInterval(() => this.tick(), beat)
    if (!channel) {
      this.take()
      return
    }
    channel.onmessage = (e) => this.hear(e.data as Word)
    this.ask()
  }

  /** Passes something on to the tabs that follow. */
  pass(what: unknown): void {
    this.say('pass', what)
  }

  /** Tells the tabs that follow how things stand, at once. */
  tell(): void {
    if (this.leads) this.say('here', this.sitter.state())
  }

  leave(): void {
    clearInterval(this.timer)
    clearTimeout(this.claim)
    if (this.leads) this.say('left')
    this.leads = false
    this.channel?.close()
  }

  private say(say: Word['say'], what?: unknown): void {
    this.channel?.postMessage({ from: this.id, say, what } satisfies Word)
  }

  private ask(): void {
    this.follows = false
    clearTimeout(this.claim)
    this.say('ask')
    this.claim = setTimeout(() => this.take(), answerWithin * (1 + Math.random() / 2))
  }

  private take(): void {
    this.leads = true
    this.follows = false
    this.sitter.lead()
    this.tell()
  }

  private hear(w: Word): void {
    if (w.say === 'ask') return this.tell()
    if (w.say === 'left') return this.leads ? undefined : this.ask()
    if (this.leads) {
      // Two lead, after a tab was frozen: the smaller name keeps its seat.
      if (this.id < w.from) return this.tell()
      this.leads = false
    }
    clearTimeout(this.claim)
    this.heard = Date.now()
    if (!this.follows) {
      this.follows = true
      this.sitter.follow()
    }
    this.sitter.passed(w.what)
  }

  private tick(): void {
    if (this.leads) this.tell()
    else if (this.follows && Date.now() - this.heard > patience) this.ask()
  }
}
