import { expect, it } from 'vitest'
import { byNoun, verdict } from './entry'

it.each([
  [{ ok: true, entries: 9, checked_to: 9 }, 'holds'],
  [{ ok: true, entries: 0, checked_to: 0 }, 'holds'],
  [{ ok: true, entries: 9, checked_to: 4 }, 'partly'],
  [{ ok: false, entries: 9, checked_to: 4, broken_at: 5 }, 'broken'],
])('%j', (c, want) => expect(verdict(c)).toBe(want))

it('kinds stand by what they are of', () => {
  const kind = (k: string) => ({ kind: k, title: { zh: k, en: k } })
  expect([...byNoun([kind('filing.put'), kind('site.put'), kind('filing.move')])].map(([noun, all]) => [noun, all.map((k) => k.kind)])).toEqual([['filing', ['filing.put', 'filing.move']], ['site', ['site.put']]])
})
