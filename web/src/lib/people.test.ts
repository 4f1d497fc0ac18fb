import { describe, expect, it } from 'vitest'
import { dutyText, issuable, stateOf } from './people'

const now = Date.parse('2026-03-02T08:00:00Z')

describe('how a token stands', () => {
  it.each([
    [{ expires: '2026-09-01T00:00:00Z' }, 'good'],
    [{ expires: '2026-03-10T00:00:00Z' }, 'soon'],
    [{ expires: '2026-03-02T08:00:00Z' }, 'expired'],
    [{ expires: '2026-09-01T00:00:00Z', revoked: '2026-03-01T00:00:00Z' }, 'revoked'],
  ])('%j', (token, want) => expect(stateOf(token, now)).toBe(want))
})

describe('whom an administrator issues a token for', () => {
  const who = (id: string, ...roles: string[]) => ({ id, active: true, duties: roles.map((role) => ({ role, site: 'qingling' })) })
  it.each([
    [who('gw', 'gateway'), true], [who('wall', 'dispatcher', 'viewer'), true], [who('li', 'filler'), false], [who('both', 'viewer', 'reviewer'), false],
    [who('me', 'administrator'), true], [{ ...who('gone', 'gateway'), active: false }, false],
  ])('%j', (p, want) => expect(issuable(p, 'me')).toBe(want))
})

it('a duty in words tells the role, the mine and the unit', () => {
  const roles = new Map([['filler', '填报人']])
  const sites = new Map([['qingling', '青岭矿']])
  expect(dutyText({ role: 'filler', site: 'qingling', node: 'drainage' }, roles, sites, '所有')).toBe('填报人 · 青岭矿 · drainage')
  expect(dutyText({ role: 'auditor', site: '*' }, roles, sites, '所有')).toBe('auditor · 所有')
})
