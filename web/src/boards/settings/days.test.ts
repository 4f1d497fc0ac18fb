import { describe, expect, it } from 'vitest'
import { secondOf, shiftDay } from './days'

describe('days', () => {
  it('tells an instant by the mine’s clock', () => {
    expect(secondOf('2025-10-31T16:05:09Z', 'Asia/Shanghai')).toBe('2025-11-01 00:05:09')
    expect(secondOf(undefined)).toBe('—')
  })
  it('goes from day to day', () => {
    expect(shiftDay('2024-02-28', 1)).toBe('2024-02-29')
    expect(shiftDay('2025-01-01', -1)).toBe('2024-12-31')
    expect(shiftDay('x', 1)).toBe('x')
  })
})
