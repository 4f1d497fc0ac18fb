import { describe, expect, it } from 'vitest'
import { homeOf, openBoards, opensSettings, shut } from './places'

const who = (may: string[], platform: string[] = []) => ({ may: (a: string) => may.includes(a), mayPlatform: (a: string) => platform.includes(a) })

describe('where somebody begins', () => {
  it.each([
    ['a filler', who(['inventory.read', 'filing.read', 'wall.read']), '/overview'],
    ['a dispatcher', who(['site.read', 'wall.read', 'alarm.read']), '/wall'],
    ['who only files', who(['filing.read']), '/filing'],
    ['an administrator before there is a mine', who([], ['person.read']), '/settings'],
    ['a gateway', who(['site.read', 'readings.write']), '/account'],
    ['nobody', who([]), '/account'],
  ])('%s', (_, rights, want) => expect(homeOf(rights)).toBe(want))
})

describe('boards', () => {
  it('are those that the rights open', () => {
    expect(openBoards(who(['inventory.read'])).map((b) => b.name)).toEqual(['overview', 'emissions', 'saving', 'assets'])
    expect(openBoards(who(['wall.read']))).toEqual([])
  })
  it('are shut to all others, with the pages below them', () => {
    const dispatcher = who(['wall.read'])
    expect(shut(dispatcher, [undefined, 'emissions', 'emissions-card'])).toBe(true)
    expect(shut(dispatcher, [undefined, 'account'])).toBe(false)
    expect(shut(who(['inventory.read']), [undefined, 'emissions', 'emissions-card'])).toBe(false)
  })
  it('settings open to whom one of its pages opens', () => {
    expect(opensSettings(who(['readings.read']))).toBe(true)
    expect(opensSettings(who(['wall.read']))).toBe(false)
    expect(opensSettings(who([], ['person.read']))).toBe(true)
  })
})
