import { describe, expect, it } from 'vitest'
import { due, dueDay, dutyOf, tasks } from './forms'
import type { Form } from './types'

const form = (more: Partial<Form>): Form => ({ month: '2026-03', node: 'mine', title: { zh: '矿', en: 'Mine' }, deadline: '2026-04-05T16:00:00Z', state: 'draft', filled: 5, of: 10, hard: 0, must_explain: 0, returned: 0, overdue: false, reminders: [], may: ['fill'], ...more })

describe('dutyOf', () => {
  it.each<[string, Partial<Form>, string | undefined]>([
    ['what came back is mended first', { returned: 1, filled: 10 }, 'mend'],
    ['what is not full is filled', {}, 'fill'],
    ['what is full is submitted', { filled: 10, may: ['fill', 'submit'] }, 'submit'],
    ['a reviewer approves', { filled: 10, may: ['approve', 'return'] }, 'approve'],
    ['who only reads has none', { may: [] }, undefined],
  ])('%s', (_, more, want) => expect(dutyOf(form(more))).toBe(want))
})

describe('tasks', () => {
  it('puts what was returned before what is to be filled, and the units of a month together', () => {
    const list = [form({ month: '2026-02', node: 'heating', hard: 1 }), form({ month: '2026-01' }), form({ month: '2026-03', returned: 2 }), form({ month: '2026-02' })]
    expect(tasks(list).map((x) => [x.act, x.month, x.forms.length, x.filled, x.of, x.hard, x.returned])).toEqual([['mend', '2026-03', 1, 5, 10, 0, 2], ['fill', '2026-01', 1, 5, 10, 0, 0], ['fill', '2026-02', 2, 10, 20, 1, 0]])
  })
})

describe('dueDay', () => {
  it('is the day that ends at the deadline', () => expect(dueDay('2026-04-09T00:00:00+08:00', 'Asia/Shanghai')).toBe('2026-04-08'))
})

describe('due', () => {
  it('counts days by the mine, not by the reader', () => {
    expect(due(form({}), '2026-04-01', 'Asia/Shanghai')).toBe('')
    expect(due(form({}), '2026-04-02', 'Asia/Shanghai')).toBe('soon')
    expect(due(form({}), '2026-04-03', 'Asia/Shanghai')).toBe('soon')
    expect(due(form({ overdue: true }), '2026-04-03')).toBe('late')
  })
})
