import type { Point } from '@/lib/live'
import { MISSING, num, type Lang } from '@/lib/format'
import type { Binding, Feed } from './types'

/** How a place of the mine section stands. */
export interface Place {
  /** The number, or a dash. */
  text: string
  /** now: all its points speak; old: one of them has fallen silent; none: there is no number. */
  state: 'now' | 'old' | 'none'
  /** Points that have a number, and all of them. */
  known: number
  all: number
  /** The oldest of the instants that it speaks of. */
  at?: number
}

/** Digits that the eye can follow from the other end of the hall. */
const digits = (v: number) => (Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2)

const numberOf = (f: Feed, p: Point | undefined): number | undefined => {
  const v = p?.values[f.field]
  return v === null || v === undefined ? undefined : v * f.scale
}

/**
 * Makes one number of the points of a place. A sum of which a part is not known
 * is not told, for it would be taken for the whole; a range or a maximum is told
 * of those that are known.
 */
export function placeOf(b: Binding, point: (id: string) => Point | undefined, lang: Lang): Place {
  const points = b.feeds.map((f) => point(f.point))
  const values = b.feeds.map((f, i) => numberOf(f, points[i])).filter((v) => v !== undefined)
  const place: Place = { text: MISSING, state: 'none', known: values.length, all: b.feeds.length }
  if (values.length === 0 || (b.combine === 'sum' && values.length < b.feeds.length)) return place
  const times = points.map((p) => p?.values.t).filter((t) => typeof t === 'number')
  if (times.length) place.at = Math.min(...times)
  place.state = values.length < b.feeds.length || points.some((p) => p?.values.stale) ? 'old' : 'now'
  place.text = textOf(b, values, lang)
  return place
}

function textOf(b: Binding, values: number[], lang: Lang): string {
  const most = Math.max(...values)
  const places = b.unit === '%' ? (most < 10 ? 2 : 1) : undefined
  if (b.combine === 'sum') {
    const sum = values.reduce((a, v) => a + v, 0)
    return num(sum, places ?? digits(sum), lang)
  }
  const high = num(most, places ?? digits(most), lang)
  const low = num(Math.min(...values), places ?? digits(most), lang)
  return b.combine === 'max' || low === high ? high : `${low}–${high}`
}
