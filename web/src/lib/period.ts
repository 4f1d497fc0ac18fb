// Months and stretches of them as the server writes them: "2025-03" and
// "2025-01..2025-10".
import type { Lang } from './format'

const EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const written = /^(\d{4})-(0[1-9]|1[0-2])$/

/** Tells whether a text is a month. */
export const isMonth = (text: unknown): text is string => typeof text === 'string' && written.test(text)

/** Counts months since the year 0, so that they can be subtracted. */
export function ordinal(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1
}

/** Writes the month of an ordinal. */
export function monthOf(n: number): string {
  return `${String(Math.floor(n / 12)).padStart(4, '0')}-${String((n % 12) + 1).padStart(2, '0')}`
}

/** The month so many later, or earlier. */
export const shift = (month: string, by: number): string => monthOf(ordinal(month) + by)

/** How many months a stretch has, both ends included. */
export const length = (from: string, to: string): number => ordinal(to) - ordinal(from) + 1

/** A month of the year, short. */
export function monthName(month: string, lang: Lang): string {
  const m = Number(month.slice(5, 7))
  return lang === 'en' ? EN[m - 1]! : m + '月'
}

function between(from: string, to: string, lang: Lang): string {
  const [y, last] = [from.slice(0, 4), to.slice(0, 4)]
  if (y !== last) return `${from} – ${to}`
  const [a, b] = [Number(from.slice(5)), Number(to.slice(5))]
  if (a === 1 && b === 12) return lang === 'en' ? y : `${y} 年`
  if (a === b) return lang === 'en' ? `${EN[a - 1]} ${y}` : `${y} 年 ${a} 月`
  return lang === 'en' ? `${EN[a - 1]}–${EN[b - 1]} ${y}` : `${y} 年 ${a}–${b} 月`
}

/** Tells a period to a reader: "2025 年 1–10 月". A day stays as it is. */
export function periodText(period: string, lang: Lang): string {
  const [from = '', to = from] = period.split('..')
  if (isMonth(from) && isMonth(to)) return between(from, to, lang)
  return /^\d{4}$/.test(period) && lang === 'zh' ? period + ' 年' : period.replace('..', ' – ')
}
