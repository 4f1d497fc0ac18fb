import { expect, it } from 'vitest'
import { Wordbook } from './words'

it('words wait at the cell that they are about', () => {
  const book = new Wordbook()
  book.of('diesel/amount', '2026-10').comment = 'which stock?'
  book.of('diesel/amount', '2026-10').reasons.sigma = 'overhaul'
  expect(book.of('diesel/amount', '2026-09')).toEqual({ comment: '', giveBack: '', reasons: {} })
  expect(book.of('diesel/amount', '2026-10')).toEqual({ comment: 'which stock?', giveBack: '', reasons: { sigma: 'overhaul' } })
})
