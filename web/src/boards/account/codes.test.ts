import { expect, it } from 'vitest'
import { inFours, plainCode } from './codes'

it('a secret is told in groups of four', () => {
  expect(inFours('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP')
  expect(inFours('JBSWY3')).toBe('JBSW Y3')
  expect(inFours('')).toBe('')
})

it('a code is read as it was meant', () => {
  expect(plainCode(' 123 456 ')).toBe('123456')
  expect(plainCode('123-456')).toBe('123456')
  expect(plainCode('１２３４５６')).toBe('123456')
})
