import { describe, expect, it } from 'vitest'
import { startOfDay } from '@/lib/clock'
import { after, asked, verdict } from './entry'

const none = { actor: '', kind: '', subject: '', from: '', to: '' }

describe('a search', () => {
  it('takes days by the clock of the mine, the last one whole', () => {
    const q = asked({ ...none, from: '2026-03-01', to: '2026-03-31' }, (d) => startOfDay(d, 'Asia/Shanghai'))
    expect([q.from, q.to]).toEqual(['2026-02-28T16:00:00.000Z', '2026-03-31T16:00:00.000Z'])
  })
  it('what is no day is not asked for', () => {
    expect(asked({ ...none, from: '2026', to: 'x', actor: 'li.wei' }, () => 'never')).toEqual({ ...none, actor: 'li.wei' })
  })
  it('knows the day behind a day', () => expect(['2026-12-31', '2028-02-28'].map(after)).toEqual(['2027-01-01', '2028-02-29']))
})

it.each([
  [{ ok: true, entries: 9, checked_to: 9 }, 'holds'],
  [{ ok: true, entries: 9, checked_to: 4 }, 'partly'],
  [{ ok: false, entries: 9, checked_to: 4, broken_at: 5 }, 'broken'],
])('%j', (c, want) => expect(verdict(c)).toBe(want))
