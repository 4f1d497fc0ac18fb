import { describe, expect, it } from 'vitest'
import type { Slot } from './book'
import { gravest, lacking, matches, tally } from './marks'
import type { Cell, Finding, Row } from './types'

const row = (id: string, more: Partial<Row> = {}): Row => ({ id, source: 's', parameter: id, group: { zh: '', en: '' }, title: { zh: id, en: id }, unit: 't', units: ['t'], node: 'mine', kind: 'filing', required: [], decimals: 1, metered: false, may_fill: true, ...more })
const slot = (cell: Partial<Cell>, more: Partial<Slot> = {}): Slot => ({ cell: { row: 'a', month: '2026-01', asked: true, ...cell }, standing: 'clean', ...more })
const finding = (severity: Finding['severity'], cleared = false): Finding => ({ rule: 'r', severity, text: { zh: '', en: '' }, hint: { zh: '', en: '' }, ...(cleared ? { cleared: { by: 'x', at: '', reason: '' } } : {}) })

describe('gravest', () => {
  it('does not count what is cleared', () => {
    expect(gravest([finding('note'), finding('explain', true)])).toBe('note')
    expect(gravest([finding('explain'), finding('hard')])).toBe('hard')
    expect(gravest(undefined)).toBeUndefined()
  })
})

describe('lacking', () => {
  it('asks for papers of what was filed alone', () => {
    const r = row('a', { required: ['weighbill', 'invoice'] })
    expect(lacking(r, slot({}))).toEqual([])
    expect(lacking(r, slot({ value: '1', evidence: [{ sha256: '', name: 'archive', type: '', size: 0, kind: 'file' }] }))).toEqual([])
    expect(lacking(r, slot({ value: '1', evidence: [{ sha256: 'x', name: '', type: '', size: 1, kind: 'invoice' }] }))).toEqual(['weighbill'])
  })
})

describe('tally', () => {
  it('asks neither for what a meter tells nor for what is due in another month', () => {
    const cells: Record<string, Slot> = { a: slot({ value: '1', findings: [finding('explain')] }), b: slot({}), m: slot({}), w: slot({}, { standing: 'waiting', mine: { value: '2', unit: 't' } }), y: slot({ asked: false }) }
    expect(tally([row('a'), row('b'), row('m', { kind: 'meter' }), row('w'), row('y')], (r) => cells[r.id]!)).toEqual({ filled: 2, of: 3, hard: 0, explain: 1, returned: 0, unsaved: 1 })
  })
})

describe('matches', () => {
  it('finds what a reviewer looks for', () => {
    const r = row('a')
    expect(matches('flagged', r, slot({ findings: [finding('explain', true)] }))).toBe(true)
    expect(matches('unfilled', r, slot({}))).toBe(true)
    expect(matches('unfilled', row('m', { kind: 'meter' }), slot({}))).toBe(false)
    expect(matches('unfilled', r, slot({ asked: false }))).toBe(false)
    expect(matches('returned', r, slot({ returned: { by: 'x', at: '', reason: '' } }))).toBe(true)
    expect(matches('changed', r, slot({}))).toBe(false)
  })
})
