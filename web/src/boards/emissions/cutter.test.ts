import { expect, it } from 'vitest'
import { Cutter } from './cutter'

it('cuts lines however they come', () => {
  const c = new Cutter()
  expect(c.take('{"done":1}\n{"do')).toEqual(['{"done":1}'])
  expect(c.take('ne":2}')).toEqual([])
  expect(c.take('\n\n')).toEqual(['{"done":2}'])
})
