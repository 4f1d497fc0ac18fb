import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Cutter, type Listener, type Open } from './feed'
import type { Channel } from './seat'

// Vue looks at the document when it is read and must find none; ./api needs one.
await import('vue')
vi.stubGlobal('document', Object.assign(new EventTarget(), { baseURI: 'http://mine/wall', hidden: false }))
vi.stubGlobal('addEventListener', vi.fn())
vi.stubGlobal('removeEventListener', vi.fn())
const { Stream, deafAfter, lateAfter } = await import('./stream')
const { Hall } = await import('./live')

/** A server whose feeds the test holds in its hand. */
class Server {
  feeds: { url: string; after: number; to: Listener; closed: boolean }[] = []
  snapshots = 0
  open: Open = (url, after, to) => {
    const feed = { url, after, to, closed: false }
    this.feeds.push(feed)
    return () => (feed.closed = true)
  }
  get live() {
    return this.feeds.filter((f) => !f.closed)
  }
  say(kind: string, id: number, data: object) {
    for (const f of this.live) {
      f.to.heard()
      f.to.told({ kind, id, data: JSON.stringify(data) })
    }
  }
}

/** The channel between the tabs of one browser. */
class Air {
  ends: (Channel & { frozen?: boolean })[] = []
  join = (): Channel & { frozen?: boolean } => {
    const end: Channel & { frozen?: boolean } = {
      onmessage: null,
      postMessage: (word) => {
        const text = JSON.stringify(word)
        for (const other of this.ends) if (other !== end && !other.frozen && !end.frozen) setTimeout(() => other.onmessage?.({ data: JSON.parse(text) }), 1)
      },
      close: () => (this.ends = this.ends.filter((e) => e !== end)),
    }
    this.ends.push(end)
    return end
  }
}

const snapshot = (id: number, value = 1) => ({
  id, t: 0, site: 'm', edition: 'e', day: '', month: '', year: '', total_titles: {}, total_order: ['total'], headline: 'total', nodes: [], checks: [],
  points: [{ id: 'p', kind: 'gauge', name: { zh: '点', en: 'p' }, org: 'o', amount_unit: 't', values: { id: 'p', value } }],
})

let server: Server
let opened: InstanceType<typeof Stream>[]

function tab(air?: Air, always = true): InstanceType<typeof Stream> {
  const s = new Stream('m', always, {
    open: server.open, channel: () => air?.join(),
    snapshot: async () => {
      server.snapshots++
      return JSON.stringify(snapshot(50, 7))
    },
  })
  opened.push(s)
  return s
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
  opened = []
})
afterEach(() => {
  opened.forEach((s) => s.close())
  vi.useRealTimers()
})

describe('a feed', () => {
  it('is cut into events wherever the network cuts it; heart-beats are none', () => {
    const text = 'retry: 3000\n\nid: 7\nevent: points\ndata: [1]\n\n: here\n\nid: 8\nevent: totals\ndata: [2]\n\n'
    for (const at of [1, 20, 33, 50, 60]) {
      const cutter = new Cutter()
      const got = [...cutter.push(text.slice(0, at)), ...cutter.push(text.slice(at))]
      expect(got).toEqual([{ id: 7, kind: 'points', data: '[1]' }, { id: 8, kind: 'totals', data: '[2]' }])
    }
  })
})

describe('a stream', () => {
  it('is live, late after a missed heart-beat, lost when nothing is heard, and dials again', () => {
    const s = tab()
    expect(s.link.value).toBe('wait')
    server.say('snapshot', 5, snapshot(5))
    expect(s.link.value).toBe('live')
    vi.advanceTimersByTime(lateAfter + 1000)
    expect([s.link.value, s.age.value]).toEqual(['late', 21])
    vi.advanceTimersByTime(deafAfter - lateAfter)
    expect(s.link.value).toBe('lost')
    vi.advanceTimersByTime(2000)
    expect(server.live).toHaveLength(1)
    expect(server.live[0]!.after).toBe(5)
    server.say('points', 6, [])
    expect([s.link.value, s.age.value]).toEqual(['live', 0])
  })

  it('backs off while the server is gone, and counts the seconds', () => {
    const s = tab()
    server.say('snapshot', 5, snapshot(5))
    const at: number[] = []
    const start = Date.now()
    for (let i = 0; i < 62; i++) {
      for (const f of server.live) {
        at.push(Math.round((Date.now() - start) / 1000))
        f.to.ended(0)
        f.closed = true
      }
      vi.advanceTimersByTime(1000)
    }
    expect([s.link.value, s.age.value]).toEqual(['lost', 62])
    expect(at.length).toBeGreaterThan(4)
    expect(at.length).toBeLessThan(12)
  })

  it('says when its key no longer opens, and asks again after a minute', () => {
    const s = tab()
    server.live[0]!.to.ended(401)
    expect(s.link.value).toBe('denied')
    vi.advanceTimersByTime(50_000)
    expect(server.feeds).toHaveLength(1)
    vi.advanceTimersByTime(11_000)
    expect(server.feeds).toHaveLength(2)
    server.say('snapshot', 9, snapshot(9))
    expect(s.link.value).toBe('live')
  })

  it('takes no event twice', () => {
    const s = tab()
    const got: unknown[] = []
    s.on('points', (d: unknown) => got.push(d))
    server.say('points', 6, [1])
    server.say('points', 6, [1])
    server.say('points', 7, [2])
    expect(got).toEqual([[1], [2]])
  })
})

describe('the tabs of a browser', () => {
  it('listen once, and the second shows what the first hears', async () => {
    const air = new Air()
    const a = tab(air)
    await vi.advanceTimersByTimeAsync(1000)
    const b = tab(air)
    const seen: unknown[] = []
    b.on('snapshot', (d: { id: number }) => seen.push(d.id))
    b.on('points', (d: unknown) => seen.push(d))
    server.say('snapshot', 5, snapshot(5))
    await vi.advanceTimersByTimeAsync(1000)
    expect([server.live.length, server.snapshots]).toEqual([1, 1])
    server.say('points', 51, [1])
    await vi.advanceTimersByTimeAsync(10)
    expect(seen).toEqual([50, [1]])
    expect([a.link.value, b.link.value]).toEqual(['live', 'live'])
  })

  it('elect another when the first goes, which takes up where it was', async () => {
    const air = new Air()
    const a = tab(air)
    await vi.advanceTimersByTimeAsync(1000)
    const b = tab(air)
    await vi.advanceTimersByTimeAsync(1000)
    server.say('points', 60, [1])
    await vi.advanceTimersByTimeAsync(10)
    a.close()
    await vi.advanceTimersByTimeAsync(1000)
    expect(server.live).toHaveLength(1)
    expect(server.live[0]!.after).toBe(60)
    expect(b.link.value).toBe('live')
  })

  it('never stay two who lead: a tab that was frozen gives way or is given way to', async () => {
    const air = new Air()
    tab(air)
    await vi.advanceTimersByTimeAsync(1000)
    tab(air)
    await vi.advanceTimersByTimeAsync(1000)
    air.ends[0]!.frozen = true
    await vi.advanceTimersByTimeAsync(10_000)
    expect(server.live).toHaveLength(2)
    air.ends[0]!.frozen = false
    await vi.advanceTimersByTimeAsync(5000)
    expect(server.live).toHaveLength(1)
  })

  it('show a lost link in all of them', async () => {
    const air = new Air()
    tab(air)
    await vi.advanceTimersByTimeAsync(1000)
    const b = tab(air)
    server.say('snapshot', 5, snapshot(5))
    await vi.advanceTimersByTimeAsync(1000)
    server.live[0]!.to.ended(0)
    await vi.advanceTimersByTimeAsync(10)
    expect(b.link.value).toBe('lost')
  })
})

describe('a hall', () => {
  it('shows the last of what came, at its own pace, and keeps what never changes', () => {
    const s = tab()
    const hall = new Hall(s, 400)
    const p = hall.point('p')
    const other = hall.point('q')
    server.say('snapshot', 5, snapshot(5, 1))
    expect(p.value?.values.value).toBe(1)
    for (let i = 0; i < 100; i++) server.say('points', 6 + i, [{ id: 'p', value: i }, { id: 'q', value: i }])
    expect(p.value?.values.value).toBe(1)
    vi.advanceTimersByTime(500)
    expect(p.value?.values.value).toBe(99)
    expect(p.value?.name.zh).toBe('点')
    expect(other.value).toBeUndefined()
    expect(hall.pointIds.value).toEqual(['p'])
  })
})
