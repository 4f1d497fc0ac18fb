// The monitoring plan: who measures what, and with which instruments.
import type { Tone } from '@/components/StatusChip.vue'
import type { PlanCard as Plan, PlanFed as Fed, PlanMeter as Meter, PlanParameter as Parameter } from '@/lib/schema'

export type { Fed, Meter, Parameter, Plan }

export type Calibration = Meter['state']

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
