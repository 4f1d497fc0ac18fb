import { describe, expect, it } from 'vitest'
import type { Figure } from './board'
import { exact, figuresOf, percentText, sameRef, scaleOf, told, unitText } from './figure'

const figure = (id: string, more: Partial<Figure> = {}): Figure => ({
  id, title: { zh: id, en: id }, value: '1', unit: 'tCO2e', period: '2025', kind: 'measured', coverage: 1, estimated: 0,
  definition: { zh: '', en: '' }, formula: { zh: '', en: '' }, inputs: [], ref: {}, lacking_count: 0, ...more,
})

describe('units', () => {
  it.each([['tCO2e', 'tCO₂e'], ['tCO2e/t', 'tCO₂e/t'], ['万Nm3', '万 m³'], ['Nm3', 'm³'], ['%', '%'], ['', ''], ['kWh', 'kWh']])('%s is %s', (u, want) => expect(unitText(u)).toBe(want))
})

describe('scales', () => {
  it.each([
    ['tCO2e', '612341.5', '61.23\u00a0万 tCO₂e', '612.3\u00a0ktCO₂e'], ['%', '54.0123', '54.0\u00a0%', '54.0\u00a0%'],
    ['tCO2e/t', '0.18321', '0.1832\u00a0tCO₂e/t', '0.1832\u00a0tCO₂e/t'], ['万Nm3', '2642.4', '2,642\u00a0万 m³', '26.42\u00a010⁶ m³'],
    ['', '53', '53', '53'], ['MWh', '71589.02', '7,159\u00a0万 kWh', '71.59\u00a0GWh'], ['MWh', '859.77', '85.98\u00a0万 kWh', '0.86\u00a0GWh'],
  ])('%s %s', (unit, value, zh, en) => {
    expect(told({ value, unit }, 'zh')).toBe(zh)
    expect(told({ value, unit }, 'en')).toBe(en)
  })
  it('tells what is missing without a unit', () => expect(told({ value: null, unit: 'tCO2e' }, 'zh')).toBe('—'))
  it('tells no percent of nothing', () => expect([percentText('0.0041', 'zh'), percentText(null, 'zh'), percentText(NaN, 'en')]).toEqual(['0.4\u00a0%', '—', '—']))
  it('tells every digit when asked', () => expect(exact({ value: '1234.560000001', unit: 'tCO2e' }, 'zh')).toBe('1,234.560000001\u00a0tCO₂e'))
  it('falls back to the unit itself', () => expect(scaleOf('GJ', '12.5', 'zh')).toEqual({ by: 1, unit: 'GJ', digits: 2 }))
})

describe('figures of a board', () => {
  it('are found wherever they stand, the first of an id', () => {
    const board = { total: figure('a', { value: '5' }), rows: [{ ...figure('b'), group: 'c-vam' }], deep: { year: { left: figure('a') } }, text: 'x', none: null }
    const found = figuresOf(board)
    expect([...found.keys()]).toEqual(['a', 'b'])
    expect(found.get('a')?.value).toBe('5')
  })
  it('are the same where their refs ask for the same', () => {
    expect(sameRef({ period: '2025', scope: '1', cells: [] }, { scope: '1', period: '2025' })).toBe(true)
    expect(sameRef({ period: '2025', scope: '1' }, { period: '2025', scope: '2' })).toBe(false)
  })
})
