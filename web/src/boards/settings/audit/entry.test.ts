import { expect, it } from 'vitest'
import { about, byNoun, verdict, type Entry } from './entry'

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

it.each([
  [{ subject: 'cX', after: { source: 'diesel', parameter: 'amount', month: '2026-10' } }, 'diesel/amount 2026-10'],
  [{ subject: '2026-10', after: { month: '2026-10', step: 'lock' } }, '2026-10'],
  [{ subject: 'cX', after: 'sha256:0' }, 'cX'],
  [{ subject: 'demo-filler' }, 'demo-filler'],
])('%j is about what people name', (e, want) => expect(about(e as Entry)).toBe(want))
