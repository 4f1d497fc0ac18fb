import { describe, expect, it } from 'vitest'
import { History, type Draft, type Patch } from './history'

const t = (value: string): Draft => ({ value, unit: 't' })
const patch = (row: string, from: string, to: string): Patch => ({ row, month: '2026-01', from: t(from), to: t(to) })

describe('History', () => {
  it('takes a step back and again', () => {
    const cells: Record<string, string> = { a: '', b: '' }
    const now = (p: Patch) => t(cells[p.row]!)
    const put = (step: Patch[]) => step.forEach((p) => (cells[p.row] = p.to.value))
    const h = new History()
    const step = [patch('a', '', '1'), patch('b', '', '2')]
    put(step)
    h.keep(step)
    put(h.undo(now)!.step)
    expect(cells).toEqual({ a: '', b: '' })
    expect(h.canUndo).toBe(false)
    put(h.redo(now)!.step)
    expect(cells).toEqual({ a: '1', b: '2' })
    expect(h.redo(now)).toBeUndefined()
  })
  it('leaves what somebody else has written since', () => {
    const h = new History()
    h.keep([patch('a', '', '1'), patch('b', '', '2')])
    const undone = h.undo((p) => t(p.row === 'a' ? '1' : '99'))!
    expect(undone.skipped).toBe(1)
    expect(undone.step).toEqual([patch('a', '1', '')])
  })
  it('forgets what was undone once something else is done', () => {
    const h = new History()
    h.keep([patch('a', '', '1')])
    h.undo(() => t('1'))
    h.keep([patch('a', '', '3')])
    expect(h.canRedo).toBe(false)
  })
  it('keeps no empty step', () => {
    const h = new History()
    h.keep([])
    expect(h.canUndo).toBe(false)
  })
})
