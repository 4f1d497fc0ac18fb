import { describe, expect, it } from 'vitest'
import { age, massScale, num, percent, scaled, signed, toNumber } from './format'

describe('numbers', () => {
  it.each([
    [null, 0, '—'], [undefined, 2, '—'], ['', 0, '—'], ['no', 0, '—'], [0, 2, '0.00'], [-0, 0, '0'],
    [0.001, 2, '< 0.01'], [-0.001, 2, '> −0.01'], [-1234.5, 1, '−1,234.5'], ['119040 kWh', 0, '119,040'], ['1/3', 3, '0.333'],
  ] as const)('%s with %i decimals is %s', (v, d, want) => expect(num(v, d)).toBe(want))

  it('tells a change with its sign', () => {
    expect(signed(7.25)).toBe('+7.3')
    expect(signed(-7.2)).toBe('−7.2')
    expect(signed(null)).toBe('—')
  })

  it('tells a ratio as percent', () => {
    expect(percent(0.9434, 2)).toBe('94.34')
    expect(percent(null)).toBe('—')
  })

  it('reads what the server sends', () => {
    expect(toNumber('848.61 t')).toBe(848.61)
    expect(toNumber(null)).toBeNaN()
  })
})

describe('scales', () => {
  it('is one for a card', () => {
    const zh = massScale(612_341, 'zh')
    expect(scaled(612_341, zh, 'zh') + zh.unit).toBe('61.23万 tCO₂e')
    expect(scaled(900, zh, 'zh')).toBe('0.09')
    expect(massScale(612_341, 'en').unit).toBe('ktCO₂e')
    expect(massScale(9_999, 'zh').unit).toBe('tCO₂e')
  })
})

describe('ages', () => {
  it.each([[0, '0\u00a0s'], [119_000, '119\u00a0s'], [121_000, '2\u00a0min'], [7_300_000, '2\u00a0h'], [200_000_000, '2\u00a0d']])('%i ms', (ms, want) => {
    expect(age(ms)).toBe(want)
  })
})
