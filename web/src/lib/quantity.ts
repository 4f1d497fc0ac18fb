// Quantities and formulas of the server as a reader reads them.
import { MISSING, num, toNumber, type Lang } from '@/lib/format'

/** A unit, or a formula with units in it, in the reader's writing; the state of a gas stays. */
export function pretty(text: string, lang: Lang): string {
  const t = text.replace(/CO2e\b/g, 'CO₂e').replace(/CO2(?!e)/g, 'CO₂').replace(/CH4/g, 'CH₄').replace(/N2O/g, 'N₂O').replace(/Nm3/g, 'Nm³').replace(/\bm3/g, 'm³').replace(/degC/g, '℃')
    .replace(/(?:@(work|20C))?(?::(wet|dry))?/g, (_, state: string | undefined, water: string | undefined) => stateText(state, water, lang))
  return lang === 'en' ? t.replace(/(\d)\s万(?=\S)/g, '$1 × 10⁴ ').replace(/万(?=\S)/g, '10⁴ ') : t.replace(/万(?=[A-Za-z])/g, '万 ')
}

const states = { zh: { work: '工况', '20C': '20 ℃', wet: '湿', dry: '干' }, en: { work: 'actual', '20C': '20 °C', wet: 'wet', dry: 'dry' } }

function stateText(state: string | undefined, water: string | undefined, lang: Lang): string {
  const words = [state, water].filter(Boolean).map((w) => states[lang][w as 'wet'])
  return words.length === 0 ? '' : lang === 'en' ? ` (${words.join(', ')})` : `(${words.join('、')})`
}

/** The unit of a quantity, "477.6 万Nm3" is of 万Nm3. */
export const unitOf = (quantity: string): string => quantity.trim().split(/[\s\u00a0]/).slice(1).join(' ')

/** Prints a quantity with as many digits as its size asks for, and its unit. */
export function quantityText(quantity: string, lang: Lang, digits = digitsFor(toNumber(quantity))): string {
  const n = toNumber(quantity)
  if (!Number.isFinite(n)) return MISSING
  const unit = pretty(unitOf(quantity), lang)
  return num(n, digits, lang) + (unit.startsWith('10⁴') ? '\u00a0×' : '') + (unit ? '\u00a0' + unit : '')
}

/** Decimals that show five digits of a number, at least none, at most six, and no more than it has. */
export function digitsFor(n: number): number {
  if (!Number.isFinite(n) || n === 0) return 0
  const has = /\.(\d+)$/.exec(String(n))?.[1]?.length ?? (Number.isInteger(n) ? 0 : 6)
  return Math.min(6, has, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(n)))))
}
