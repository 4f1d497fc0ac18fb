import { describe, expect, it } from 'vitest'
import { heard, staysMS, type Present } from './presence'

const li = { by: 'li', name: '李', row: 'a/b', month: '2026-01' }

describe('heard', () => {
  it('moves somebody from cell to cell', () => {
    const one = heard([], li, 0)
    const two = heard(one, { ...li, row: 'c/d' }, 1000)
    expect(two).toEqual([{ ...li, row: 'c/d', until: 1000 + staysMS }])
  })
  it('lets go of who left and of who is silent', () => {
    const here: Present[] = [{ ...li, until: 500 }, { by: 'wang', name: '王', row: 'x/y', month: '2026-02', until: 90_000 }]
    expect(heard(here, { ...li, row: '' }, 1000).map((p) => p.by)).toEqual(['wang'])
  })
})
