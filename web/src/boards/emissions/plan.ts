// The monitoring plan as the server tells it: who measures what, and with which
// instruments.
import type { Text } from '@/i18n'
import type { Tone } from '@/components/StatusChip.vue'

export type Calibration = 'valid' | 'soon' | 'overdue' | 'failed' | 'never'

export interface Fed {
  id: string
  name: Text
  meters: string[]
}

export interface Parameter {
  id: string
  source: string
  source_name: Text
  name: string
  title: Text
  how: string
  how_title: Text
  points: Fed[]
  minus?: Fed[]
  unit: string
  integrate?: string
  fallback: string
  direction?: string
  max_substituted: number
  department: string
  department_name: Text
  duty?: string
  form?: string
  frequency?: string
  uncertainty: number | null
  evidence: string[]
}

export interface Meter {
  point: string
  name: Text
  kind: string
  unit: string
  step_s: number
  model?: string
  serial?: string
  place?: string
  accuracy?: string
  uncertainty: number | null
  calibrated?: string
  due?: string
  by?: string
  state: Calibration
}

export interface Plan {
  version: number
  valid_from: string
  sha256: string
  editions: string[]
  changes: { version: number; on: string; reason: string; note?: string }[]
  rules: string[]
  at: string
  parameters: Parameter[]
  meters: Meter[]
}

/** The states of a calibration, the worst first. */
export const states: Calibration[] = ['failed', 'overdue', 'soon', 'never', 'valid']

export const toneOf: Record<Calibration, Tone> = { failed: 'bad', overdue: 'bad', soon: 'warn', never: 'plain', valid: 'good' }

/** The instruments behind a parameter, once each. */
export const metersOf = (p: Parameter): string[] => [...new Set([...p.points, ...(p.minus ?? [])].flatMap((f) => f.meters))]

/** The worst calibration among the instruments of a parameter; none where it has no instrument. */
export function worstOf(p: Parameter, meters: Map<string, Meter>): Calibration | undefined {
  const all = metersOf(p).map((id) => meters.get(id)?.state)
  return states.find((s) => all.includes(s))
}
