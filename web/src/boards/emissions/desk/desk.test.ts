import { describe, expect, it } from 'vitest'
import { actsOn, effectOf, freshSeed, hindrance, used, type Finding, type Weight } from './desk'

const weight = (more: Partial<Weight> = {}): Weight => ({ percent: 5, total: '1000 tCO2e', threshold: '50 tCO2e', sum: '10 tCO2e', net: '-4 tCO2e', unknown: 0, exceeds: false, ...more })
const desk = (more: Partial<Weight> = {}) => ({ weight: weight(more), latest: 'i.v2' })
const finding = (state: Finding['state']) => ({ state })
const verifier = { draw: true, find: true, answer: false, sign: true }
const mine = { draw: false, find: false, answer: true, sign: false }

describe('what may be done to a finding', () => {
  it.each([
    ['open', verifier, ['close']], ['answered', verifier, ['close', 'reopen']], ['closed', verifier, ['reopen']],
    ['open', mine, ['answer']], ['answered', mine, []], ['closed', mine, []],
  ] as const)('%s, %j', (state, hand, want) => expect(actsOn(finding(state), hand, false)).toEqual(want))
  it('nothing once an opinion was signed', () => expect(actsOn(finding('open'), verifier, true)).toEqual([]))
})

describe('an opinion is not signed', () => {
  it.each([
    ['i.v1', 'qualified', {}, 'restated'],
    ['i.v2', 'reasonable', {}, undefined],
    ['i.v2', 'limited', { exceeds: true }, 'material'],
    ['i.v2', 'reasonable', { unknown: 1 }, 'unknown'],
    ['i.v2', 'adverse', { exceeds: true, unknown: 1 }, undefined],
  ] as const)('of %s, %s, %j', (id, verdict, more, want) => expect(hindrance(desk(more), id, verdict)).toBe(want))
})

it('tells how much of the threshold is used', () => {
  expect(used(weight())).toBeCloseTo(0.2)
  expect(used(weight({ threshold: '0 tCO2e', sum: '0 tCO2e' }))).toBe(0)
  expect(used(weight({ threshold: '0 tCO2e' }))).toBe(Infinity)
})

it.each([['', ''], ['12.5', '12.5 tCO2e'], [' 1,200 ', '1200 tCO2e'], ['−3', '-3 tCO2e'], ['１２', '12 tCO2e'], ['twelve', undefined], ['1e9', undefined]])('an effect of %j', (text, want) => expect(effectOf(text)).toBe(want))

it('a seed is another one each time', () => {
  expect(freshSeed()).toMatch(/^[0-9a-f]{16}$/)
  expect(freshSeed()).not.toBe(freshSeed())
})
