// How a figure of the server is shown: its unit, the scale of the card that it
// stands on, and the text of its value.
import type { Figure, Head, Input, Ref } from './board'
import { MISSING, energyScale, massScale, num, percent, toNumber, volumeScale, withUnit, type Lang, type Numeric, type Scale } from './format'

/** A unit as a reader knows it: tCO2e is tCO₂e, 万Nm3 is 万 m³ (the state of a gas stands in its card's head). */
export function unitText(unit: string): string {
  return unit.replace('CO2e', 'CO₂e').replace('CO2', 'CO₂').replace('CH4', 'CH₄').replace(/^万(?=\S)/, '万 ').replace(/Nm3|m3/, 'm³')
}

/** The scale of a card whose largest number is so large, in a unit. */
export function scaleOf(unit: string, largest: Numeric, lang: Lang): Scale {
  const n = toNumber(largest)
  switch (unit) {
    case 'tCO2e': return massScale(n, lang)
    case 'kWh': return energyScale(n, lang)
    case 'MWh': return lang === 'zh' ? { by: 10, unit: '万 kWh', digits: Math.abs(n) < 1000 ? 2 : 0 } : { by: 1000, unit: 'GWh', digits: 2 }
    case 'm3': case 'Nm3': return volumeScale(n, lang)
    case '万Nm3': return lang === 'zh' ? { by: 1, unit: '万 m³', digits: Math.abs(n) < 100 ? 2 : 0 } : { by: 100, unit: '10⁶ m³', digits: 2 }
    case '%': return { by: 1, unit: '%', digits: 1 }
    case 'tCO2e/t': return { by: 1, unit: 'tCO₂e/t', digits: 4 }
  }
  return { by: 1, unit: unitText(unit), digits: Number.isInteger(n) ? 0 : 2 }
}

/** Prints a value by a scale, without the unit. */
export function printed(v: Numeric, scale: Scale, lang: Lang): string {
  const n = toNumber(v)
  return num(Number.isFinite(n) ? n / scale.by : null, scale.digits, lang)
}

/** Prints a ratio as percent with its sign; what is not known has none. */
export function percentText(ratio: Numeric, lang: Lang): string {
  return Number.isFinite(toNumber(ratio)) ? withUnit(percent(ratio, 1, lang), '%') : MISSING
}

/** Prints a figure or an input with its unit, on a scale of its own. */
export function told(f: Pick<Input, 'value' | 'unit'>, lang: Lang): string {
  const scale = scaleOf(f.unit, f.value, lang)
  return withUnit(printed(f.value, scale, lang), f.value === null ? '' : scale.unit)
}

/** Prints all the digits that the server told. */
export function exact(f: Pick<Input, 'value' | 'unit'>, lang: Lang): string {
  const digits = f.value?.split('.')[1]?.length ?? 0
  return withUnit(num(f.value, digits, lang), f.value === null ? '' : unitText(f.unit))
}

/** The largest of some figures, for the scale of the card that they share. */
export const largest = (all: { value: string | null }[]): number => all.reduce((most, f) => Math.max(most, Math.abs(toNumber(f.value)) || 0), 0)

function isFigure(v: object): v is Figure {
  return 'id' in v && 'definition' in v && 'inputs' in v && 'ref' in v
}

/** Finds every figure in what a board told, by its id. */
export function figuresOf(board: unknown, into = new Map<string, Figure>()): Map<string, Figure> {
  if (board === null || typeof board !== 'object') return into
  if (!Array.isArray(board) && isFigure(board) && !into.has(board.id)) into.set(board.id, board)
  for (const part of Object.values(board)) figuresOf(part, into)
  return into
}

/** Tells whether two numbers are made of the same. */
export const sameRef = (a: Ref, b: Ref): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

function sorted(r: Ref): unknown[] {
  return Object.entries(r).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Makes a figure of an input that has none of its own, to be looked into further. */
export function figureOf(input: Input, id: string, of: Figure): Figure {
  return {
    id, title: input.title, value: input.value, unit: input.unit, period: input.ref.period ?? of.period, kind: of.kind, coverage: null, estimated: null,
    definition: { zh: '', en: '' }, formula: { zh: '', en: '' }, inputs: [], ref: input.ref, lacking_count: 0,
  }
}

/** What a question for lines says of the edition, as the board was asked. */
export const basisOf = (head: Pick<Head, 'edition' | 'gwp'>) => ({ edition: head.edition, gwp: head.gwp })
