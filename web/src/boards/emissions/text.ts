// Quantities and formulas of the server as a reader reads them.
import { MISSING, num, toNumber, type Lang } from '@/lib/format'

/** A unit, or a formula with units in it, in the reader's writing; the state of a gas stays. */
export function pretty(text: string, lang: Lang): string {
  const t = text.replace(/CO2e\b/g, 'CO₂e').replace(/CO2(?!e)/g, 'CO₂').replace(/CH4/g, 'CH₄').replace(/N2O/g, 'N₂O').replace(/Nm3/g, 'Nm³').replace(/\bm3/g, 'm³')
  return lang === 'en' ? t.replace(/万(?=\S)/g, '10⁴ ') : t.replace(/万(?=[A-Za-z])/g, '万 ')
}

/** The unit of a quantity, "477.6 万Nm3" is of 万Nm3. */
export const unitOf = (quantity: string): string => quantity.trim().split(/[\s\u00a0]/).slice(1).join(' ')

/** Prints a quantity with as many digits as its size asks for, and its unit. */
export function quantityText(quantity: string, lang: Lang, digits = digitsFor(toNumber(quantity))): string {
  const n = toNumber(quantity)
  if (!Number.isFinite(n)) return MISSING
  const unit = pretty(unitOf(quantity), lang)
  return num(n, digits, lang) + (unit ? '\u00a0' + unit : '')
}

/** Decimals that show five digits of a number, at least none and at most six. */
export function digitsFor(n: number): number {
  if (n === 0 || Number.isInteger(n)) return 0
  return Math.min(6, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(n)))))
}
