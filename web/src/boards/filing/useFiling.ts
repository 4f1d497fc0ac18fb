// A sheet at work: what the server knows, what is being written, what others do.
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { useHall } from '@/lib/live'
import { shift } from '@/lib/period'
import { forget, useQuery } from '@/lib/query'
import { useSession } from '@/lib/session'
import { Book } from './book'
import { doorOf, grid, here, move } from './door'
import { History, type Patch } from './history'
import { tally, type Tally } from './marks'
import { usePresence } from './presence'
import { Saver } from './saver'
import type { Act, Grid, Month, Row } from './types'
import { Wordbook } from './words'

/** What others did is asked for after this long, so that a paste of theirs is asked for once. */
const settleMS = 250
const presentMS = 20_000
const sumMS = 80

export function useFiling(asked: { from: Ref<string>; to: Ref<string>; node: Ref<string> }) {
  const session = useSession()
  const site = session.site
  const book = new Book()
  const saver = new Saver(book, doorOf(site))
  const history = new History()
  const words = new Wordbook()
  const canTurn = ref({ undo: false, redo: false })
  const hall = useHall(site)

  const query = useQuery(() => `grid/${site}/${asked.from.value}/${asked.to.value}/${asked.node.value}`,
    (signal) => grid(site, { from: asked.from.value, to: asked.to.value, node: asked.node.value }, signal))
  const sheet = shallowRef<Grid>()
  watch(query.data, (g) => {
    if (!g) return
    book.take(...g.cells)
    sheet.value = g
  }, { immediate: true })
  const rows = computed<Row[]>(() => sheet.value?.rows ?? [])
  const months = computed<Month[]>(() => sheet.value?.months ?? [])

  /** Asks for months anew: their cells and how far they are. */
  async function refresh(list: string[]): Promise<void> {
    const inside = list.filter((m) => months.value.some((x) => x.month === m)).sort()
    if (inside.length === 0) return
    const got = await grid(site, { from: inside[0]!, to: inside.at(-1)!, node: asked.node.value })
    book.take(...got.cells)
    const news = new Map(got.months.map((m) => [m.month, m]))
    if (sheet.value) sheet.value = { ...sheet.value, months: sheet.value.months.map((m) => news.get(m.month) ?? m) }
  }

  // A value is looked at by the rules of the next month as well, and with the first a month can be submitted.
  watch(saver.settled, () => {
    for (const m of saver.touched) [m, shift(m, 1)].forEach(soon)
    saver.touched.clear()
  })
  const moved = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  function soon(month: string): void {
    moved.add(month)
    timer ??= setTimeout(() => {
      timer = undefined
      const list = [...moved]
      moved.clear()
      refresh(list).catch(() => undefined) // the stream says that the link is broken; the next sign asks again
    }, settleMS)
  }
  const off = hall.stream.on('filing', (e: { row?: string; month: string; by: string; filing?: string }) => {
    if (e.row) {
      const slot = book.slot(e.row, e.month).value
      if ((e.filing && slot.cell.filing === e.filing) || (e.by === session.me?.id && slot.standing === 'saving')) return
    }
    soon(e.month)
  })
  const { present, meet } = usePresence(hall.stream, () => session.me?.id ?? '')

  /** Does a step, and keeps it so that it can be taken back. */
  function write(step: Patch[]): void {
    history.keep(step)
    saver.write(step)
    turned()
  }
  const unitOf = computed(() => new Map(rows.value.map((r) => [r.id, r.unit])))
  const now = (p: Patch) => book.now(p.row, p.month, unitOf.value.get(p.row) ?? p.to.unit)
  /** Takes a step back, or again; it tells where it was and how many cells others have changed since. */
  function turn(back: boolean): { at: Patch | undefined; skipped: number } | undefined {
    const got = back ? history.undo(now) : history.redo(now)
    if (got) saver.write(got.step)
    turned()
    return got && { at: got.step[0], skipped: got.skipped }
  }
  const turned = () => (canTurn.value = { undo: history.canUndo, redo: history.canRedo })

  async function act(month: string, what: Act, reason = ''): Promise<void> {
    await move(site, month, what, reason)
    forget('forms/')
    await refresh([month])
  }

  /** What the months come to; it is summed when the hand rests, so that no key waits for it. */
  const tallies = shallowRef(new Map<string, Tally>())
  let summing: ReturnType<typeof setTimeout> | undefined
  function sum(): void {
    clearTimeout(summing)
    tallies.value = new Map(months.value.map((m) => [m.month, tally(rows.value, (row) => book.peek(row.id, m.month))]))
  }
  watch([rows, months], sum, { immediate: true })
  watch(book.version, () => {
    clearTimeout(summing)
    summing = setTimeout(sum, sumMS)
  })
  const unsaved = computed(() => (void book.version.value, book.unsaved()))

  let at = { row: '', month: '' }
  const tell = () => here(site, at.row, at.month).then(meet, () => undefined) // nobody misses a sign of life that got lost
  /** Tells the others where the reader is. */
  function stand(row: string, month: string): void {
    if (row === at.row && month === at.month) return
    at = { row, month }
    void tell()
  }
  // Who hears no stream, for want of the right or of the link, asks now and then.
  const beat = setInterval(() => {
    if (!at.row || document.hidden) return
    void tell()
    if (hall.stream.link.value !== 'live') soon(at.month)
  }, presentMS)

  onScopeDispose(() => {
    off()
    clearTimeout(timer)
    clearTimeout(summing)
    clearInterval(beat)
    if (at.row) stand('', '')
    saver.close()
    forget(`grid/${site}`) // what was written since is asked for anew
  })
  return { site, book, saver, words, query, rows, months, tallies, unsaved, present, link: hall.stream.link, write, turn, canTurn, act, refresh, stand }
}

export type Filing = ReturnType<typeof useFiling>
