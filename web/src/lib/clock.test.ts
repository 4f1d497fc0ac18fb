import { describe, expect, it } from 'vitest'
import { dayOf, minuteOf } from './clock'
import { stepsOf } from './trail'

describe('the mine\'s clock', () => {
  it('shows its own day', () => {
    expect(dayOf('2025-10-30T16:30:00Z', 'Asia/Shanghai')).toBe('2025-10-31')
    expect(minuteOf('2025-10-30T16:00:00Z', 'Asia/Shanghai')).toBe('2025-10-31 00:00')
    expect(minuteOf('2025-10-30T16:05:00Z', 'UTC')).toBe('2025-10-30 16:05')
  })
  it('knows what is missing', () => {
    expect(dayOf(undefined)).toBe('—')
    expect(minuteOf('soon')).toBe('—')
  })
})

describe('a trail', () => {
  it.each([['', []], ['0', [0]], ['0.2.11', [0, 2, 11]], ['1.x.2', [1]], ['-1', []]])('%s', (text, want) => expect(stepsOf(text)).toEqual(want))
})
