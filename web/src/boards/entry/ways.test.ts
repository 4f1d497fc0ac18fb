import { describe, expect, it } from 'vitest'
import { Offline, Problem } from '@/lib/api'
import { clockText, refusalOf, wayBack } from './ways'

describe('the way back', () => {
  it.each([
    ['/settings/people?q=li', '/settings/people?q=li'],
    ['/', '/'],
    ['//evil.example', ''],
    ['/\\evil.example', ''],
    ['https://evil.example', ''],
    ['javascript:alert(1)', ''],
    ['/sign-in?to=/sign-in', ''],
    ['', ''],
    [undefined, ''],
    [['/a', '/b'], ''],
  ])('%s', (to, want) => expect(wayBack(to)).toBe(want))
})

describe('a refusal', () => {
  it.each([
    [new Problem(401, 'refused', '', ''), 'refused'],
    [new Problem(401, 'code_needed', '', ''), 'code_needed'],
    [new Problem(401, 'code_wrong', '', ''), 'code_wrong'],
    [new Problem(429, 'busy', '', '', [], 280), 'locked'],
    [new Problem(422, 'invalid', '', ''), 'other'],
    [new Offline(), 'other'],
  ])('%s', (e, want) => expect(refusalOf(e)).toBe(want))
})

it('time left is told in minutes and seconds', () => {
  expect([0, 4.2, 59, 60, 905].map(clockText)).toEqual(['0:00', '0:05', '0:59', '1:00', '15:05'])
})
