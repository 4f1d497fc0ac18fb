// How a point stands: by the live stream where it has told of it, else by what
// the list told.
import type { Tone } from '@/components/StatusChip.vue'
import type { Values } from '@/lib/live'
import type { Device, Point } from './types'

/** A point's last reading, as it is shown. */
export interface State {
  /** Of a derived gas, the rate; it has no readings of its own. */
  value: number | null
  /** When it was read, in ms; 0 where it never was. */
  at: number
  quality: string
  reasons: string[]
  /** Why a later reading does not count; the value is the one before it. */
  fault: { at: number; quality: string; reasons: string[] } | undefined
  stale: boolean
}

const ms = (instant: string | undefined): number => Date.parse(instant ?? '') || 0

/** Joins what the list told and what the stream tells. */
export function stateOf(p: Point, live: Values | undefined): State {
  if (!live) {
    const fault = p.fault && { at: ms(p.fault.t), quality: p.fault.q, reasons: p.fault.why ?? [] }
    return { value: p.latest?.v ?? null, at: ms(p.latest?.t), quality: p.latest?.q ?? '', reasons: p.latest?.why ?? [], fault, stale: false }
  }
  const fault = live.fault && { at: live.fault.t, quality: live.fault.quality, reasons: live.fault.reasons ?? [] }
  if (p.kind === 'gas') return { value: live.rate, at: live.t ?? 0, quality: '', reasons: [], fault, stale: live.stale }
  return { value: live.value ?? p.latest?.v ?? null, at: live.t ?? ms(p.latest?.t), quality: live.quality ?? p.latest?.q ?? '', reasons: live.reasons ?? [], fault, stale: live.stale }
}

/** The qualities of a reading, best first, and the one of no reading at all. */
export const qualities = ['good', 'manual', 'suspect', 'bad', 'quarantined', 'none'] as const

/** The colour of a quality, which always comes with its word. */
export const qualityTone = (q: string): Tone => ({ good: 'good', manual: 'info', suspect: 'warn', bad: 'bad', quarantined: 'bad' } as Record<string, Tone>)[q] ?? 'plain'

/** The word of how a device is: one that is up may be silent. */
export const deviceState = (d: Device): string => (d.state === 'up' && d.silent ? 'silent' : d.state)

export const deviceTone = (d: Device): Tone => ({ up: 'good', silent: 'warn', connecting: 'info', down: 'bad', faulty: 'bad' } as Record<string, Tone>)[deviceState(d)] ?? 'plain'
