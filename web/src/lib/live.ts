import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { Text } from '@/i18n'
import { Stream } from './stream'

/** What a stretch has come to: the day, the month, the year so far. */
export interface Stretch {
  amount: number | null
  covered_share: number
  estimated_share: number
  flags?: string[]
}

/** A point's numbers. The value is the last that counts, at t; fault is a later one that does not. */
export interface Values {
  id: string
  t: number | null
  value?: number | null
  quality?: string
  reasons?: string[]
  fault?: { t: number; quality: string; reasons?: string[] }
  /** t is too old for the rate to be told. */
  stale: boolean
  /** The amount per hour, in the amount's unit. */
  rate: number | null
  today: Stretch
  month: Stretch
  year: Stretch
}

/** A point, or the pure gas derived of some, with what never changes of it. */
export interface Point {
  id: string
  kind: 'counter' | 'delta' | 'gauge' | 'gas'
  name: Text
  org: string
  source?: string
  unit?: string
  amount_unit: string
  values: Values
}

/** A total so far with what stands behind it. */
export interface Total {
  t_co2e: Record<string, number> | null
  sources: number
  told: number
  covered_share: number | null
  estimated_share: number | null
  substituted_share: number | null
  flags?: string[]
  newest_t?: number
  provisional?: string[]
  lacking?: string[]
  lacking_count: number
  problem?: Text
}

/** A node's numbers: how fast it emits, and what that has come to. */
export interface Figures {
  id: string
  /** A meter has fed it; what no meter ever fed has no number. */
  fed: boolean
  rate: { kg_co2e_per_h: Record<string, number> | null; fresh_share: number | null; newest_t?: number }
  today: Total
  month: Total
  year: Total
}

/** A node of the tree: the mine, a unit of its organisation, a source. */
export interface Node extends Figures {
  kind: 'site' | 'org' | 'source'
  name: Text
  parent?: string
}

/** What a cross check found in a stretch. */
export interface Verdict {
  from: number
  to: number
  main: number
  parts: number
  difference: number
  share: number | null
  covered: boolean
  exceeds: boolean
}

/** A cross check of meters, over the last full hour and today. */
export interface Check {
  id: string
  name: Text
  kind: string
  main: string[]
  parts: string[]
  unit: string
  tolerance_share: number
  over: 'hour' | 'day'
  hour: Verdict
  today: Verdict
}

/** A whole mine at one moment. */
export interface Snapshot {
  id: number
  t: number
  site: string
  edition: string
  gwp?: string
  day: string
  month: string
  year: string
  total_titles: Record<string, Text>
  total_order: string[]
  headline: string
  nodes: Node[]
  points: Point[]
  checks: Check[]
}

/** Things by their id, each of which tells only those who look at it that it changed. */
class Cells<T> {
  readonly ids = shallowRef<string[]>([])
  private readonly cells = new Map<string, ShallowRef<T | undefined>>()

  at(id: string): ShallowRef<T | undefined> {
    let cell = this.cells.get(id)
    if (!cell) this.cells.set(id, (cell = shallowRef<T>()))
    return cell
  }

  /** Puts all there is in place of what there was. */
  fill(things: [string, T][]): void {
    const now = new Set(things.map(([id]) => id))
    for (const [id, cell] of this.cells) if (!now.has(id)) cell.value = undefined
    for (const [id, thing] of things) this.at(id).value = thing
    const ids = [...now]
    if (ids.join() !== this.ids.value.join()) this.ids.value = ids
  }

  /** Changes what is there; what a snapshot has not told of is not shown. */
  change(id: string, how: (old: T) => T): void {
    const cell = this.cells.get(id)
    if (cell?.value) cell.value = how(cell.value)
  }
}

/** How often what came is shown, unless a page asks for another pace: the eye takes no more. */
const usualPace = 400

/** A mine's points and nodes as they stand; only what changed calls those who show it. */
export class Hall {
  /** What the mine is and what its totals are called. */
  readonly head = shallowRef<Omit<Snapshot, 'nodes' | 'points' | 'checks'>>()
  readonly checks = shallowRef<Check[]>([])
  private readonly points = new Cells<Point>()
  private readonly nodes = new Cells<Node>()
  /** What came and is not shown yet, by id: the last of each. */
  private readonly moved = { points: new Map<string, Values>(), nodes: new Map<string, Figures>() }
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly stream: Stream, private readonly pace = usualPace) {
    stream.on('snapshot', (s: Snapshot) => this.fill(s))
    stream.on('points', (list: Values[]) => this.take(this.moved.points, list))
    stream.on('totals', (list: Figures[]) => this.take(this.moved.nodes, list))
    stream.on('checks', (list: Check[]) => (this.checks.value = list))
  }

  point(id: string): Readonly<ShallowRef<Point | undefined>> {
    return this.points.at(id)
  }

  node(id: string): Readonly<ShallowRef<Node | undefined>> {
    return this.nodes.at(id)
  }

  get pointIds(): Readonly<ShallowRef<string[]>> {
    return this.points.ids
  }

  get nodeIds(): Readonly<ShallowRef<string[]>> {
    return this.nodes.ids
  }

  close(): void {
    clearTimeout(this.timer)
    this.stream.close()
  }

  private fill(s: Snapshot): void {
    const { nodes, points, checks, ...head } = s
    this.moved.points.clear()
    this.moved.nodes.clear()
    this.points.fill((points ?? []).map((p) => [p.id, p]))
    this.nodes.fill((nodes ?? []).map((n) => [n.id, n]))
    this.checks.value = checks ?? []
    this.head.value = head
  }

  private take<T extends { id: string }>(into: Map<string, T>, list: T[]): void {
    for (const one of list) into.set(one.id, one)
    this.timer ??= setTimeout(() => this.show(), this.pace)
  }

  private show(): void {
    this.timer = undefined
    for (const [id, values] of this.moved.points) this.points.change(id, (p) => ({ ...p, values }))
    for (const [id, figures] of this.moved.nodes) this.nodes.change(id, (n) => ({ ...n, ...figures }))
    this.moved.points.clear()
    this.moved.nodes.clear()
  }
}

/** How a page listens. */
export interface Listening {
  /** Go on while nobody sees the page, as a wall must. */
  always?: boolean
  /** Milliseconds between two changes of the page. */
  pace?: number
}

const open = new Map<string, { hall: Hall; users: number }>()

/** The mine's hall for as long as the component lives; components of a page share one. */
export function useHall(site: string, how: Listening = {}): Hall {
  const had = open.get(site) ?? { hall: new Hall(new Stream(site, how.always), how.pace), users: 0 }
  had.users++
  open.set(site, had)
  onScopeDispose(() => {
    if (--had.users > 0) return
    open.delete(site)
    had.hall.close()
  })
  return had.hall
}

/** A number of a node's total by its id, or by the edition's headline. */
export function totalOf(hall: Hall, node: string, of: 'today' | 'month' | 'year'): ComputedRef<number | undefined> {
  const figures = hall.node(node)
  return computed(() => figures.value?.[of].t_co2e?.[hall.head.value?.headline ?? ''])
}
