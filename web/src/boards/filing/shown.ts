// How a cell's number is written. The decimals of a row are those of the sheet;
// what was typed is never rounded away where it is edited.
import { pretty } from '@/lib/quantity'
import { num, toNumber, withUnit, type Lang } from '@/lib/format'
import type { Draft } from './history'
import type { Row } from './types'

const most = 6

/** A number as the sheet shows it. What is no number stays as it was typed. */
export function shown(d: Draft, row: Row, lang: Lang): string {
  if (d.value === '') return ''
  if ((d.unit === '' && row.unit !== '') || !Number.isFinite(toNumber(d.value))) return d.value
  const has = d.value.split('.')[1]?.length ?? 0
  const text = num(d.value, d.unit === row.unit ? Math.max(0, Math.min(row.decimals, most)) : Math.min(has, most), lang)
  return d.unit === row.unit ? text : withUnit(text, pretty(d.unit, lang))
}

/** A number with all its digits and its unit. */
export function full(value: string | undefined, unit: string | undefined, lang: Lang): string {
  if (!value) return '—'
  const has = Math.min(value.split('.')[1]?.length ?? 0, 12)
  return Number.isFinite(toNumber(value)) ? withUnit(num(value, has, lang), pretty(unit ?? '', lang)) : value
}

/** The text that is edited: the number as it is, with its unit where that is not the row's. */
export const edited = (d: Draft, row: Row): string => (d.value === '' || d.unit === row.unit || d.unit === '' ? d.value : d.value + ' ' + d.unit)

/** How far a value is from another, as a ratio; nothing where the other is zero or missing. */
export function change(value: string | undefined, from: string | undefined): number | undefined {
  const [a, b] = [toNumber(value), toNumber(from)]
  return Number.isFinite(a) && Number.isFinite(b) && b !== 0 ? a / b - 1 : undefined
}
