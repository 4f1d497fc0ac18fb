import { describe, expect, it } from 'vitest'
import type { Check } from '@/lib/live'
import { merge, ofAlarm, ofChecks, ofDevice, verdictOf } from './events'

const name = { zh: '回风甲烷偏高', en: 'Much methane' }
const alarm = (state: Parameters<typeof ofAlarm>[0]['state'], more = {}) => ofAlarm({ id: 'a:1', subject: 'p', severity: 'severe', name, about: { zh: '北翼', en: 'North' }, says: name, state, raised_at: '2025-06-01T00:00:00Z', ...more })
const words = (off: number, allowed: number) => ({ zh: `${off}/${allowed}`, en: '' })
const device = (state: 'up' | 'down', since: string) => ofDevice({ device: 'feeders', name, protocol: 'modbus', state, since })

describe('events', () => {
  it('are newest first, and a later step takes the place of the one before', () => {
    const board = [alarm('raised'), device('down', '2025-06-01T00:01:00Z')]
    const stream = [alarm('cleared', { cleared_at: '2025-06-01T00:05:00Z' }), device('up', '2025-06-01T00:02:00Z')]
    expect(merge(board, stream).map((h) => [h.kind, h.state])).toEqual([['alarm', 'cleared'], ['device', 'up']])
    expect(merge(stream, board)).toEqual(merge(board, stream))
  })
  it('are of the stream what the board calls the same', () => {
    const board = { ...alarm('raised'), id: 'alarm:a:1', title: { zh: '回风甲烷偏高 · 北翼', en: 'Much methane · North' } }
    expect(merge([board], [alarm('raised')])).toEqual([board])
  })
  it('never grow beyond what there is use for', () => {
    let all = merge()
    for (let i = 0; i < 500; i++) all = merge(all, [{ ...alarm('raised'), id: 'a:' + i, at: new Date(i * 1000).toISOString() }])
    expect(all).toHaveLength(40)
    expect(all[0]!.id).toBe('a:499')
  })
  it('tell a check only where it is covered and exceeds', () => {
    const v = { from: 0, to: 3_600_000, main: 100, parts: 94, difference: -6, share: -0.06, covered: true, exceeds: true }
    const c: Check = { id: 'power', name, kind: 'parts', main: [], parts: [], unit: 'kWh', tolerance_share: 0.05, over: 'hour', hour: v, today: { ...v, exceeds: false } }
    expect(ofChecks([c], words)[0]).toMatchObject({ at: '1970-01-01T01:00:00.000Z', severity: 'warning', text: { zh: '-0.06/0.05' } })
    expect(ofChecks([{ ...c, over: 'day' }], words)).toEqual([])
    expect(ofChecks([{ ...c, hour: { ...v, covered: false } }], words)).toEqual([])
  })
  it('have a colour and a word', () => {
    expect(verdictOf(alarm('raised'))).toEqual({ tone: 'bad', word: 'severe' })
    expect(verdictOf(alarm('acknowledged'))).toEqual({ tone: 'warn', word: 'acknowledged' })
    expect(verdictOf(alarm('cleared'))).toEqual({ tone: 'good', word: 'cleared' })
    expect(verdictOf(device('down', ''))).toEqual({ tone: 'bad', word: 'down' })
  })
})
