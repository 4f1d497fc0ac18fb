import { describe, expect, it } from 'vitest'
import { dayOf, lastMinute, minuteOf, startOf } from './clock'
import { stepsOf } from './trail'

describe('the mine\'s clock', () => {
  it('shows its own day', () => {
    expect(dayOf('2025-10-30T16:30:00Z', 'Asia/Shanghai')).toBe('2025-10-31')
    expect(minuteOf('2025-10-30T16:00:00Z', 'Asia/Shanghai')).toBe('2025-10-31 00:00')
    expect(minuteOf('2025-10-30T16:05:00Z', 'UTC')).toBe('2025-10-30 16:05')
  })
  it.each([
    ['2025-03', 'Asia/Shanghai', '2025-02-28T16:00:00.000Z'], ['2025-04', 'Europe/Warsaw', '2025-03-31T22:00:00.000Z'],
    ['2025-11', 'America/New_York', '2025-11-01T04:00:00.000Z'], ['1991-05', 'Asia/Shanghai', '1991-04-30T15:00:00.000Z'], ['2025-01', 'UTC', '2025-01-01T00:00:00.000Z'],
  ])('begins %s in %s at %s', (month, zone, want) => expect(startOf(month, zone)).toBe(want))
  it('ends a day on that day', () => {
    expect(lastMinute('2025-10-31T16:00:00Z', 'Asia/Shanghai')).toBe('2025-10-31 23:59')
    expect(lastMinute(undefined)).toBe('—')
  })
  it('knows what is missing', () => {
    expect(dayOf(undefined)).toBe('—')
    expect(minuteOf('soon')).toBe('—')
  })
})

describe('a trail', () => {
  it.each([['', []], ['0', [0]], ['0.2.11', [0, 2, 11]], ['1.x.2', [1]], ['-1', []]])('%s', (text, want) => expect(stepsOf(text)).toEqual(want))
})
