// Units and values of meters as a reader knows them. A meter's unit tells more
// than its name: "m3@work:wet/min" is m³ as the gas flows, with its vapour.
import { num, MISSING, type Lang, type Numeric, toNumber } from '@/lib/format'

const states: [RegExp, Record<Lang, string>][] = [
  [/Nm3/g, { zh: 'Nm³', en: 'Nm³' }],
  [/m3@work/g, { zh: 'm³', en: 'm³' }],
  [/m3@20C/g, { zh: 'm³ (20 ℃)', en: 'm³ (20 °C)' }],
  [/m3@60F/g, { zh: 'm³ (60 ℉)', en: 'm³ (60 °F)' }],
  [/m3/g, { zh: 'm³', en: 'm³' }],
  [/m2/g, { zh: 'm²', en: 'm²' }],
  [/degC/g, { zh: '℃', en: '°C' }],
  [/kPa\(g\)/g, { zh: 'kPa(表压)', en: 'kPa gauge' }],
  [/CO2e/g, { zh: 'CO₂e', en: 'CO₂e' }],
  [/CO2/g, { zh: 'CO₂', en: 'CO₂' }],
  [/CH4/g, { zh: 'CH₄', en: 'CH₄' }],
]

const notes: [string, Record<Lang, string>][] = [
  ['@work', { zh: '工况', en: 'as it flows' }],
  [':wet', { zh: '湿基', en: 'wet' }],
  [':dry', { zh: '干基', en: 'dry' }],
]

/** A unit short: "m³/min". */
export function unitText(unit: string, lang: Lang): string {
  let out = unit.replace(/:(wet|dry)/g, '')
  for (const [written, shown] of states) out = out.replace(written, shown[lang])
  return out.replace(/\./g, '·')
}

/** What a unit says of the gas beside: "工况、湿基". */
export const unitNote = (unit: string, lang: Lang): string =>
  notes.filter(([written]) => unit.includes(written)).map(([, shown]) => shown[lang]).join(lang === 'zh' ? '、' : ', ')

/** As many decimals as four figures have. */
export function digitsFor(v: number): number {
  const size = Math.abs(v)
  if (size >= 1000 || size === 0) return Number.isInteger(v) ? 0 : 1
  return size >= 100 ? 1 : size >= 1 ? 2 : 3
}

/** A value of a meter. */
export function valueText(v: Numeric, lang: Lang): string {
  const n = toNumber(v)
  return Number.isFinite(n) ? num(n, digitsFor(n), lang) : MISSING
}
