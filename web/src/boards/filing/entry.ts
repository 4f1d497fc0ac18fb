// What a person types or pastes into a cell, read as an exact number and a unit.
// What cannot be read stays visible as it is; it never becomes a zero.

/** A text as it was understood. */
export type Entry =
  | { kind: 'empty' }
  | { kind: 'value'; value: string; unit: string }
  | { kind: 'fault'; fault: 'number' | 'unit' }

/** The units of a row: the one that it is told in, and those that are taken as well. */
export interface Units {
  unit: string
  units: readonly string[]
}

const most = 60 // characters; no quantity is longer
const myriads: Record<string, number> = { 万: 4, 亿: 8, 百万: 6, 千万: 7, 千: 3 }
/** Names that people write for units, longest first. */
const names: [RegExp, string][] = [
  [/千瓦时|度/g, 'kwh'], [/兆瓦时/g, 'mwh'], [/吉焦/g, 'gj'], [/千克|公斤/g, 'kg'], [/立方米|方/g, 'm3'], [/吨/g, 't'], [/升/g, 'l'],
]

/** One writing of a unit, so that two can be compared: "㎥", "m³" and "M3" are one. */
function plain(unit: string): string {
  let u = unit.normalize('NFKC').replace(/\s/g, '').toLowerCase()
  for (const [name, is] of names) u = u.replace(name, is)
  return u.replace('co₂', 'co2').replace('ch₄', 'ch4')
}

/** Moves the decimal point of an exact number to the right, or to the left. */
export function moved(value: string, by: number): string {
  const [sign, rest] = value.startsWith('-') ? ['-', value.slice(1)] : ['', value]
  const [whole = '', part = ''] = rest.split('.')
  const digits = whole + part
  const at = whole.length + by
  const padded = at <= 0 ? '0'.repeat(1 - at) + digits : digits.padEnd(at, '0')
  const point = Math.max(at, 1)
  return tidy(sign + padded.slice(0, point) + '.' + padded.slice(point))
}

/** Leaves out what says nothing: zeros before and behind, a point without decimals. */
function tidy(value: string): string {
  const [, sign = '', whole = '', part = ''] = /^(-?)0*(\d*?)(?:\.(\d*?)0*)?$/.exec(value) ?? []
  const number = (whole || '0') + (part ? '.' + part : '')
  return number === '0' ? '0' : sign + number
}

/** Groups of thousands as sheets of three habits write them; of other sizes there are none. */
const written = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+|\d+)?(\.\d*)?(?:e([+-]?\d{1,2}))?/i
const unseen = /[\ufeff\u200b-\u200f\u202a-\u202e]/g

/** Reads a text that stands in a cell of such units. */
export function read(text: string, of: Units): Entry {
  let t = text.normalize('NFKC').replace(unseen, '').replace(/[\u2212\u2013]/g, '-').replace(/’/g, "'").replace(/\s+/g, ' ').trim()
  if (/^(-{0,2}|—|\/)$/.test(t)) return { kind: 'empty' }
  if (t.length > most) return { kind: 'fault', fault: 'number' }
  const bracketed = /^\(([^()+-].*?)\)(.*)$/.exec(t) // a bookkeeper's way to write what is negative
  if (bracketed) t = '-' + bracketed[1]! + bracketed[2]!
  const [all = '', sign, whole = '', part = '', power = '0'] = written.exec(t) ?? []
  const rest = t.slice(all.length)
  // A number that goes on behind what was read of it: "1,5" is no 15, "1/2" no half, "2026-01-05" a day.
  if (!/\d/.test(whole + part) || /^[,.'/:\d-]/.test(rest) || /^ ?[\d/]/.test(rest)) return { kind: 'fault', fault: 'number' }
  return measured(moved((sign === '-' ? '-' : '') + (whole.replace(/[, ']/g, '') || '0') + part, Number(power)), rest.replaceAll(' ', ''), of)
}

function measured(value: string, rest: string, of: Units): Entry {
  if (rest === '') return valued(value, of.unit)
  const known = [of.unit, ...of.units]
  const named = (text: string): string | undefined => known.find((u) => plain(u) === plain(text))
  const exact = named(rest)
  if (exact !== undefined) return valued(value, exact)
  for (const [word, power] of Object.entries(myriads).sort(([a], [b]) => b.length - a.length)) {
    if (!rest.startsWith(word)) continue
    const unit = rest.slice(word.length)
    if (unit === '') return scaled(value, power, of.unit)
    const found = named(unit)
    if (found !== undefined) return scaled(value, power, found)
  }
  return { kind: 'fault', fault: 'unit' }
}

/** "120万" of a row that counts in 万Nm3 means 120 万Nm3, and not 120 万万Nm3. */
function scaled(value: string, power: number, unit: string): Entry {
  return valued(moved(value, unit.startsWith('万') ? power - 4 : power), unit)
}

/** No figure of a mine has more digits; a paste gone wrong has. */
const mostDigits = 30

function valued(value: string, unit: string): Entry {
  return value.replace(/\D/g, '').length > mostDigits ? { kind: 'fault', fault: 'number' } : { kind: 'value', value, unit }
}
