import { describe, expect, it } from 'vitest'
import type { Values } from '@/lib/live'
import { deviceState, deviceTone, qualityTone, stateOf } from './state'
import type { Device, Point } from './types'

const name = { zh: '泵', en: 'pump' }
const stretch = { amount: null, covered_share: 0, estimated_share: 0 }
const point: Point = { id: 'p', name, org: 'o', kind: 'gauge', unit: '%', amount_unit: '%.h', latest: { t: '2026-01-01T00:00:00Z', v: 1.5, q: 'manual', why: ['came_late'], recv: '' } }
const values: Values = { id: 'p', t: 1000, value: 2, quality: 'suspect', reasons: ['flat_line'], stale: true, rate: 7, today: stretch, month: stretch, year: stretch }

describe('state', () => {
  it('is the list’s until the stream tells', () => {
    expect(stateOf(point, undefined)).toEqual({ value: 1.5, at: Date.parse('2026-01-01T00:00:00Z'), quality: 'manual', reasons: ['came_late'], fault: undefined, stale: false })
    expect(stateOf({ ...point, latest: undefined } as unknown as Point, undefined)).toMatchObject({ value: null, at: 0, quality: '' })
  })
  it('is the stream’s then, with a later reading that does not count beside it', () => {
    expect(stateOf(point, { ...values, fault: { t: 2000, quality: 'bad', reasons: ['device_fault'] } })).toEqual({
      value: 2, at: 1000, quality: 'suspect', reasons: ['flat_line'], fault: { at: 2000, quality: 'bad', reasons: ['device_fault'] }, stale: true,
    })
  })
  it('of a gas is its rate', () => {
    expect(stateOf({ ...point, kind: 'gas' }, values)).toMatchObject({ value: 7, quality: '' })
  })
  it('has a word and a colour', () => {
    expect(qualityTone('suspect')).toBe('warn')
    expect(qualityTone('')).toBe('plain')
    const d = { state: 'up', silent: true } as Device
    expect([deviceState(d), deviceTone(d)]).toEqual(['silent', 'warn'])
    expect(deviceTone({ ...d, state: 'faulty' })).toBe('bad')
  })
})
