// Server-sent events, read by fetch and not by EventSource: that one hides the
// server's heart-beats and the status of a refusal, and a wall must show both,
// how long ago it heard anything and that its key no longer opens.

/** One event as it came. */
export interface Told {
  id: number
  kind: string
  data: string
}

/** Who listens to a feed. */
export interface Listener {
  /** Something came, be it a heart-beat alone. */
  heard: () => void
  told: (e: Told) => void
  /** The feed ended by itself: with a status that refused it, or 0 where the link broke. */
  ended: (status: number) => void
}

/** Opens a feed after the last event had, 0 for none; the function it gives closes it. */
export type Open = (url: string, after: number, to: Listener) => () => void

/** Cuts what comes into events; a comment is a heart-beat and no event. */
export class Cutter {
  private rest = ''

  push(text: string): Told[] {
    const blocks = (this.rest + text).split('\n\n')
    this.rest = blocks.pop() ?? ''
    return blocks.map(eventOf).filter((e) => e.data !== '')
  }
}

function eventOf(block: string): Told {
  const e: Told = { id: 0, kind: 'message', data: '' }
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) e.id = Number(line.slice(4))
    else if (line.startsWith('event: ')) e.kind = line.slice(7)
    else if (line.startsWith('data: ')) e.data += line.slice(6)
  }
  return e
}

/** Opens a feed of the server. */
export const openFeed: Open = (url, after, to) => {
  const stop = new AbortController()
  void read(url, after, to, stop.signal)
  return () => stop.abort()
}

async function read(url: string, after: number, to: Listener, signal: AbortSignal): Promise<void> {
  let status = 0
  try {
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    if (after > 0) headers['Last-Event-ID'] = String(after)
    const answer = await fetch(url, { headers, credentials: 'same-origin', cache: 'no-store', signal })
    if (answer.ok && answer.body) await follow(answer.body, to)
    else status = answer.status
  } catch {
    // the link broke: who listens is told below
  }
  if (!signal.aborted) to.ended(status)
}

async function follow(body: ReadableStream<Uint8Array>, to: Listener): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const cutter = new Cutter()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    to.heard()
    for (const e of cutter.push(decoder.decode(value, { stream: true }))) to.told(e)
  }
}
