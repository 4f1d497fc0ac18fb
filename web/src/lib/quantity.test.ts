import { expect, it } from 'vitest'
import { digitsFor, pretty, quantityText, unitOf } from './quantity'

it.each([['Q 万Nm3 × 7.17 tCH4/万Nm3', 'zh', 'Q 万 Nm³ × 7.17 tCH₄/万 Nm³'], ['3 万Nm3 × 7 t/万Nm3', 'en', '3 × 10⁴ Nm³ × 7 t/10⁴ Nm³'], ['1 tCO2e + 2 tCO2', 'en', '1 tCO₂e + 2 tCO₂'], ['m3@work:wet/min', 'zh', 'm³(工况、湿)/min'], ['%:dry', 'en', '% (dry)']] as const)('%s in %s', (text, lang, want) => {
  expect(pretty(text, lang)).toBe(want)
})

it.each([['477.6484497937995 万Nm3', '477.65\u00a0万 Nm³'], ['100/3 t', '33.333\u00a0t'], ['0.6634 kgCO2/kWh', '0.6634\u00a0kgCO₂/kWh'], ['1200 t', '1,200\u00a0t'], ['', '—']])('%s', (q, want) => {
  expect(quantityText(q, 'zh')).toBe(want)
})

it('knows units and digits', () => {
  expect(unitOf('1 kg/m3')).toBe('kg/m3')
  expect([digitsFor(0), digitsFor(123456.7), digitsFor(0.000012)]).toEqual([0, 0, 6])
})
