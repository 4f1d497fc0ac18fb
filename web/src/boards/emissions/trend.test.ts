import { expect, it } from 'vitest'
import type { Lines } from '@/lib/board'
import { monthly } from './trend'

it('tells a month without lines as unknown, and counts what the total counts', () => {
  const lines = { origins: [{ period: '2025-01', from: 'closed' }, { period: '2025-02', from: 'missing' }], items: [{ period: '2025-01', counted: true, co2e: '2.5' }, { period: '2025-01', counted: false, co2e: '9' }] } as unknown as Lines
  expect(monthly(lines)).toEqual([{ period: '2025-01', from: 'closed', total: 2.5 }, { period: '2025-02', from: 'missing', total: null }])
})
