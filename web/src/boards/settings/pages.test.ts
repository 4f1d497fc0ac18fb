import { expect, it } from 'vitest'
import { firstOf, opens, pages } from './pages'

const who = (may: string[], platform: string[] = []) => ({ may: (a: string) => may.includes(a), mayPlatform: (a: string) => platform.includes(a) })

it('people and tokens belong to the platform, not to a mine', () => {
  const admin = who(['person.read', 'token.manage', 'audit.read'])
  expect(pages.filter((p) => opens(p, admin)).map((p) => p.name)).toEqual(['audit', 'about'])
  expect(opens({ platform: 'person.read' }, who([], ['person.read']))).toBe(true)
  expect(pages.filter((p) => opens(p, who([], ['audit.read']))).map((p) => p.name)).toEqual(['audit', 'about'])
})

it.each([
  ['a filler', who(['readings.read', 'site.read']), 'points'],
  ['an administrator of no mine yet', who([], ['person.read', 'token.manage']), 'people'],
  ['nobody in particular', who([]), 'about'],
])('%s begins at a page of theirs', (_, rights, want) => expect(firstOf(rights)).toBe(want))
