import { describe, expect, it } from 'vitest'
import type { Person } from '@/lib/people'
import { changed, sought, standingOf, tidy } from './person'

const now = Date.parse('2026-03-02T08:00:00Z')
const person = (more: Partial<Person>): Person => ({ id: 'li.wei', name: '李工', active: true, duties: [], totp: false, password: 'own', ...more })

describe('how a person stands', () => {
  it.each([
    [{}, 'active'],
    [{ password: 'once' as const }, 'once'],
    [{ locked_until: '2026-03-02T08:10:00Z' }, 'locked'],
    [{ locked_until: '2026-03-02T07:50:00Z' }, 'active'],
    [{ active: false, locked_until: '2026-03-02T08:10:00Z' }, 'disabled'],
  ])('%j', (more, want) => expect(standingOf(person(more), now)).toBe(want))
})

describe('a search', () => {
  const people = [
    person({ duties: [{ role: 'filler', site: 'qingling' }] }),
    person({ id: 'wang', name: '王磊', email: 'wang@mine.example', duties: [{ role: 'reviewer', site: '*' }] }),
    person({ id: 'gone', name: '旧人', active: false }),
  ]
  it.each([
    [{ words: '', role: '', standing: '' as const }, ['li.wei', 'wang', 'gone']],
    [{ words: '李', role: '', standing: '' as const }, ['li.wei']],
    [{ words: 'MINE wang', role: '', standing: '' as const }, ['wang']],
    [{ words: '', role: 'reviewer', standing: '' as const }, ['wang']],
    [{ words: '', role: '', standing: 'disabled' as const }, ['gone']],
    [{ words: '李', role: 'reviewer', standing: '' as const }, []],
  ])('%j', (s, want) => expect(sought(people, s, now).map((p) => p.id)).toEqual(want))
})

it('duties are kept whole and once; all mines have no unit', () => {
  expect(tidy([
    { role: 'filler', site: 'qingling', node: 'drainage' }, { role: 'filler', site: 'qingling', node: 'drainage' },
    { role: '', site: 'qingling' }, { role: 'viewer', site: '' }, { role: 'auditor', site: '*', node: 'drainage' }, { role: 'viewer', site: 'qingling', node: '' },
  ])).toEqual([{ role: 'filler', site: 'qingling', node: 'drainage' }, { role: 'auditor', site: '*' }, { role: 'viewer', site: 'qingling' }])
})

it('a change of duties tells what comes and what goes', () => {
  const [a, b, c] = [{ role: 'filler', site: 'x' }, { role: 'filler', site: 'x', node: 'n' }, { role: 'viewer', site: '*' }]
  expect(changed([a!, b!], [b!, c!])).toEqual({ came: [c], gone: [a] })
  expect(changed([a!], [a!])).toEqual({ came: [], gone: [] })
})
