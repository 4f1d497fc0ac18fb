import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { LiveCheck as Check, LiveNode as Node, LiveNumbers as Values, LivePoint as Point, LiveState as Snapshot } from './schema'
import { Stream } from './stream'

/** A total so far with what stands behind it. */
export type Total = Node['today']

// A snapshot tells points and nodes with what never changes of them, an event
// their numbers alone: of a point Values, of a node Figures.
export type { Check, Node, Point, Snapshot, Values }

/** A node's numbers: how fast it emits, and what that has come to. */
export type Figures = Omit<Node, 'kind' | 'name' | 'parent'>

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
    this.points.fill(points.map((p) => [p.id, p]))
    this.nodes.fill(nodes.map((n) => [n.id, n]))
    this.checks.value = checks
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
