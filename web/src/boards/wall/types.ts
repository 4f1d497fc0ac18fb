// What the server tells for the wall beyond the overview, field by field.
import type { Text } from '@/i18n'
import type { Colour, Figure, Overview } from '@/lib/board'

/** The screen of the dispatch hall: the year so far, and what moves. */
export interface Wall extends Overview {
  /** The mine's node in the stream. */
  live_node: string
  section: Binding[]
  supply: Supply
  events: Happening[]
}

/** Which points of the stream feed a place of the mine section. */
export interface Binding {
  place: string
  title: Text
  unit: string
  combine: 'sum' | 'max' | 'range'
  feeds: Feed[]
  missing?: Text
}

/** One point of a place: the field of its values, times scale. */
export interface Feed {
  point: string
  name: Text
  field: 'value' | 'rate'
  scale: number
}

/** Where today's power comes from. */
export interface Supply {
  day: string
  step: '15 min' | '1 h'
  unit: string
  series: SupplySeries[]
  share: Figure
  missing?: Text
}

/** One kind of supply: the mean power of each step of the day so far. */
export interface SupplySeries {
  key: 'grid' | 'gas' | 'pv'
  group: Colour
  title: Text
  values: (number | null)[]
  energy: Figure
}

/** Something that happened a while ago or lasts. */
export interface Happening {
  id: string
  at: string
  kind: 'alarm' | 'device' | 'clash' | 'counter' | 'check'
  severity: string
  state: string
  title: Text
  text: Text
  subject?: string
}
