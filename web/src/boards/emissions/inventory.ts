// What the server tells of inventories, by the names that the board knows it by.
// Exact quantities are texts with their unit.
import { say, type Text } from '@/i18n'
import type { FactorFactor } from '@/lib/schema'

export type {
  ActivityEvidence as Evidence, ActivityFinding as Finding, ActivityValue as Value, BoardCard as WorkingCard, Closed, FactorFactor as Factor, InventoryCard as Card, InventoryInput as CardInput,
  LineHead as LineRow, StandardInterval as Interval, StandardNote as Note, StandardStep as Step, StandardTerm as Term, StandardTotal as Total, Summary,
} from '@/lib/schema'

/** Who answers, "drainage/抽采监测员", with the department by its name. */
export function ownerText(owner: string, orgs: { id: string; name: Text }[] | undefined): string {
  const [department = '', duty] = owner.split('/')
  const name = say(orgs?.find((o) => o.id === department)?.name) || department
  return duty ? `${name} · ${duty}` : name
}

/** How surely a number is known: A read in its source, B well known, C unverified. */
export type Confidence = FactorFactor['confidence']
