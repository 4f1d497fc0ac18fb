import { describe, expect, it } from 'vitest'
import type { Person } from '@/lib/people'
import { displayOf, wallLink } from './kiosk'

const person = (id: string, more: Partial<Person> = {}): Person => ({ id, name: id, active: true, duties: [{ role: 'dispatcher', site: 'qingling' }], totp: false, password: 'none', ...more })

it('the key stands behind a #, where it is not sent', () => {
  const link = new URL(wallLink('https://mine.example/lingtan/', 'qingling', 'lingtan_0a_b-c'))
  expect(link.pathname + link.search).toBe('/lingtan/wall?site=qingling')
  expect(new URLSearchParams(link.hash.slice(1)).get('key')).toBe('lingtan_0a_b-c')
})

describe('the account of the displays', () => {
  it('is the one that is there', () => {
    expect(displayOf([person('wall.qingling')], 'qingling', 'x')).toEqual({ person: person('wall.qingling'), fresh: false })
  })
  it.each([
    ['a person who is a dispatcher', [person('li.wei')], 'wall.qingling'],
    ['a disabled one', [person('wall.qingling', { active: false })], 'wall.qingling.2'],
    ['one that may more', [person('wall.qingling', { duties: [{ role: 'dispatcher', site: 'qingling' }, { role: 'filler', site: 'qingling' }] })], 'wall.qingling.2'],
    ["another mine's", [person('wall.beiyuan', { duties: [{ role: 'dispatcher', site: 'beiyuan' }] })], 'wall.qingling'],
  ])('is not %s', (_, people, id) => {
    const { person: made, fresh } = displayOf(people, 'qingling', '大屏')
    expect([made.id, made.name, made.duties, fresh]).toEqual([id, '大屏', [{ role: 'dispatcher', site: 'qingling' }], true])
  })
})
