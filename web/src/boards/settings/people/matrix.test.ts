import { expect, it } from 'vitest'
import type { Role } from '@/lib/people'
import { matrixOf } from './matrix'

const role = (id: string, ...actions: string[]): Role => ({ role: id, title: { zh: id, en: id }, tells: { zh: '', en: '' }, actions, boards: [] })

it('has a row for every action and a column for every role', () => {
  expect(matrixOf([role('filler', 'month.submit', 'filing.write', 'filing.read'), role('viewer', 'filing.read'), role('gateway')])).toEqual([
    { id: 'filing', rows: [{ action: 'filing.read', may: [true, true, false] }, { action: 'filing.write', may: [true, false, false] }] },
    { id: 'month', rows: [{ action: 'month.submit', may: [true, false, false] }] },
  ])
  expect(matrixOf([])).toEqual([])
})
