import type { Text } from '@/i18n'

/** A reading as the list tells it. */
export interface Reading {
  t: string
  /** null where what was sent is no number. */
  v: number | null
  q: string
  why?: string[]
  seq?: number
  recv: string
}

/** A point with the last that is known of it. */
export interface Point {
  id: string
  name: Text
  org: string
  source?: string
  kind: string
  unit: string
  amount_unit: string
  step_s?: number
  latest?: Reading
  fault?: Reading
  device?: string
  channel?: string
}

export interface PointPage {
  items: Point[]
  next?: string
  total: number
}

/** A device with how it is doing, counted since it was started. */
export interface Device {
  device: string
  name: Text
  protocol: string
  state: 'connecting' | 'up' | 'down' | 'faulty'
  since: string
  silent: boolean
  fault?: string
  last_heard?: string
  last_reading?: string
  frames: number
  bytes: number
  delivered: number
  bad: number
  quarantined: number
  unmapped: number
  refused: number
  failed: number
  passed: number
  slowed: number
  reconnects: number
}

/** A channel that a device sends and no point takes. */
export interface Unmapped {
  device: string
  channel: string
  readings: number
  first: string
  example: number
}

/** A message that was not understood. */
export interface Refusal {
  at: string
  device: string
  protocol: string
  why: Text
  /** As it came, base64. */
  frame: string
  size: number
}

/** One fault of a text, with its row where it has one. */
export interface Complaint {
  place?: { file?: string; row?: number; column?: string }
  text: string
  hint?: string
}

export interface Version {
  id: string
  version: number
  sha256: string
  by: string
  at: string
}

export interface Warning {
  code: string
  place?: { file?: string; row?: number; column?: string }
  text: Text
  hint?: Text
}
