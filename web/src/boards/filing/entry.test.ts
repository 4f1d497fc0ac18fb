import { describe, expect, it } from 'vitest'
import { moved, read } from './entry'

const gas = { unit: '万Nm3', units: ['Nm3', '万Nm3'] }
const coal = { unit: 't', units: ['t', 'kg', '万t'] }
const power = { unit: 'kWh', units: ['kWh', 'MWh', '万kWh'] }

describe('read', () => {
  it.each([
    ['1234.50', coal, '1234.5', 't'],
    ['1,234,567.8', coal, '1234567.8', 't'],
    ['１２３４．５', coal, '1234.5', 't'],
    ['１，２３４', coal, '1234', 't'],
    [' 1 234,', coal, undefined, 'number'],
    ['1 234', coal, '1234', 't'],
    ['−12', coal, '-12', 't'],
    ['(1,200)', coal, '-1200', 't'],
    ['(1,035.5) t', coal, '-1035.5', 't'],
    ["1'250.5", coal, '1250.5', 't'],
    ['\ufeff12\u200b', coal, '12', 't'],
    ['0', coal, '0', 't'],
    ['0.00', coal, '0', 't'],
    ['.5', coal, '0.5', 't'],
    ['1.2万', coal, '12000', 't'],
    ['1.2 万吨', coal, '1.2', '万t'],
    ['350 公斤', coal, '350', 'kg'],
    ['12.5 吨', coal, '12.5', 't'],
    ['1.23E+05', coal, '123000', 't'],
    ['120万', gas, '120', '万Nm3'],
    ['120 万 Nm³', gas, '120', '万Nm3'],
    ['1.2亿', gas, '12000', '万Nm3'],
    ['35000 Nm3', gas, '35000', 'Nm3'],
    ['12.5万度', power, '12.5', '万kWh'],
    ['88 兆瓦时', power, '88', 'MWh'],
    ['2千', power, '2000', 'kWh'],
  ])('%s', (text, of, value, unit) => {
    expect(read(text, of)).toEqual(value === undefined ? { kind: 'fault', fault: unit } : { kind: 'value', value, unit })
  })

  it.each(['', ' ', '—', '-', '/', '--'])('%j is empty, and no zero', (text) => expect(read(text, coal)).toEqual({ kind: 'empty' }))

  it.each([
    ['abc', 'number'], ['1,5', 'number'], ['12,34,567', 'number'], ['1.2.3', 'number'], ['1 25', 'number'], ['1/2', 'number'], ['2026-01-05', 'number'], ['8:30', 'number'], ['--5', 'number'], ['1e99', 'number'], ['(-5)', 'number'], ['#REF!', 'number'], ['1'.repeat(80), 'number'],
    ['5 GJ', 'unit'], ['5 m3', 'unit'], ['5%', 'unit'], ['5 万GJ', 'unit'],
  ])('%s is refused', (text, fault) => expect(read(text, coal)).toEqual({ kind: 'fault', fault }))

  it('does not take gas of an unknown state', () => expect(read('5 m³', gas)).toEqual({ kind: 'fault', fault: 'unit' }))
  it('takes percent where the row is told in it', () => expect(read('35.2%', { unit: '%', units: ['%'] })).toEqual({ kind: 'value', value: '35.2', unit: '%' }))
})

describe('moved', () => {
  it.each([['1.2345', 4, '12345'], ['1.2345', 2, '123.45'], ['5', -3, '0.005'], ['-0.07', 1, '-0.7'], ['0', 4, '0'], ['123456789012345678901.5', 4, '1234567890123456789015000']])(
    '%s by %i', (value, by, want) => expect(moved(value, by)).toBe(want))
})
