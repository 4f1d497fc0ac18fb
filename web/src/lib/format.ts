// The one place where numbers become text. Values travel in base units (t, kWh,
// m³, ratio 0 to 1) and often as exact texts; only the view scales them, and it
// chooses the scale per card, so that neighbours compare.

export type Lang = 'zh' | 'en'

/** What stands where nothing is known: missing is never zero. */
export const MISSING = '—'

const MINUS = '\u2212'
const NBSP = '\u00a0'

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(lang: Lang, digits: number): Intl.NumberFormat {
  const key = lang + digits
  let f = formats.get(key)
  if (!f) {
    f = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    formats.set(key, f)
  }
  return f
}

/** What the server may send for a number: a number, an exact decimal or fraction, or nothing. */
export type Numeric = number | string | null | undefined

/** Reads "119040", "1/3" or "119040 kWh"; NaN where there is no number. */
export function toNumber(v: Numeric): number {
  if (v === null || v === undefined || v === '') return NaN
  if (typeof v === 'number') return v
  const [first = ''] = v.trim().split(/[\s\u00a0]/)
  const [over, under] = first.split('/')
  return under === undefined ? Number(over) : Number(over) / Number(under)
}

/** Prints a number with so many decimals: missing is a dash, what the decimals cannot show is "< 0.01". */
export function num(v: Numeric, digits = 0, lang: Lang = 'zh'): string {
  const n = toNumber(v)
  if (!Number.isFinite(n)) return MISSING
  const least = 10 ** -digits
  if (n !== 0 && Math.abs(n) < least / 2) return (n < 0 ? '> ' + MINUS : '< ') + formatOf(lang, digits).format(least)
  return formatOf(lang, digits).format(n === 0 ? 0 : n).replace('-', MINUS)
}

/** Prints a change with its sign, always. */
export function signed(v: Numeric, digits = 1, lang: Lang = 'zh'): string {
  const n = toNumber(v)
  const text = num(n, digits, lang)
  return Number.isFinite(n) && n > 0 && !text.startsWith('<') ? '+' + text : text
}

/** Prints a ratio as percent, without the sign %. */
export function percent(ratio: Numeric, digits = 1, lang: Lang = 'zh'): string {
  const n = toNumber(ratio)
  return Number.isFinite(n) ? num(n * 100, digits, lang) : MISSING
}

/** Joins a number and its unit so that no line breaks between them. */
export const withUnit = (text: string, unit: string) => (unit ? text + NBSP + unit : text)

/** A scale of a card: what values are divided by, the unit that is then told, and its decimals. */
export interface Scale {
  by: number
  unit: string
  digits: number
}

/** The scale of a card of masses of CO₂e, chosen by its largest value in t. */
export function massScale(largest: number, lang: Lang): Scale {
  if (!(Math.abs(largest) >= 10_000)) return { by: 1, unit: 'tCO₂e', digits: Math.abs(largest) < 100 ? 2 : 0 }
  return lang === 'zh' ? { by: 10_000, unit: '万 tCO₂e', digits: 2 } : { by: 1000, unit: 'ktCO₂e', digits: 1 }
}

/** The scale of a card of volumes of gas, in m³; the state is told in the card's head. */
export function volumeScale(largest: number, lang: Lang): Scale {
  if (!(Math.abs(largest) >= 10_000)) return { by: 1, unit: 'm³', digits: 0 }
  return lang === 'zh' ? { by: 10_000, unit: '万 m³', digits: largest < 1e6 ? 2 : 0 } : { by: 1000, unit: '10³ m³', digits: 0 }
}

/** The scale of a card of energies, in kWh. */
export function energyScale(largest: number, lang: Lang): Scale {
  if (!(Math.abs(largest) >= 10_000)) return { by: 1, unit: 'kWh', digits: 0 }
  return lang === 'zh' ? { by: 10_000, unit: '万 kWh', digits: 1 } : { by: 1e6, unit: 'GWh', digits: 2 }
}

/** Prints a value by a card's scale, without the unit. */
export function scaled(v: Numeric, scale: Scale, lang: Lang): string {
  const n = toNumber(v)
  return Number.isFinite(n) ? num(n / scale.by, scale.digits, lang) : MISSING
}

/** Tells how long ago something was, short: "3 s", "2 min", "5 h". */
export function age(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 120) return s + NBSP + 's'
  if (s < 7200) return Math.round(s / 60) + NBSP + 'min'
  return s < 172_800 ? Math.round(s / 3600) + NBSP + 'h' : Math.round(s / 86_400) + NBSP + 'd'
}

/** A count of bytes. */
export function bytesText(n: number, lang: Lang): string {
  if (n < 1024) return `${num(n, 0, lang)}\u00a0B`
  if (n < 1 << 20) return `${num(n / 1024, 1, lang)}\u00a0KB`
  return `${num(n / (1 << 20), 1, lang)}\u00a0MB`
}
