import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Offline, Problem } from '@/lib/api'
import { Book } from './book'
import { Saver, type Door } from './saver'
import type { Cell, Wish } from './types'

const month = '2026-01'
const t = (value: string) => ({ value, unit: 't' })
const patch = (row: string, value: string) => ({ row, month, from: t(''), to: t(value) })
const kept = (w: Wish, filing: string): Cell => ({ row: w.row, month: w.month, filing, value: w.value, unit: w.unit, by: 'me' })

/** A server that answers as it is told, and what it was sent. */
function server(answer: (w: Wish) => Cell) {
  const sent: Wish[][] = []
  const door: Door = {
    one: async (w) => (sent.push([w]), answer(w)),
    many: async (list) => (sent.push(list), { cells: list.map(answer), refused: [] }),
  }
  return { sent, door }
}

describe('Saver', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const turn = () => vi.advanceTimersByTimeAsync(1)

  it('files one cell, and a step of several at once', async () => {
    const { sent, door } = server((w) => kept(w, 'f-' + w.row))
    const book = new Book()
    const saver = new Saver(book, door)
    saver.write([patch('a', '1')])
    expect(book.slot('a', month).value.standing).toBe('waiting')
    await turn()
    saver.write([patch('a', '2'), patch('b', '3')])
    await turn()
    expect(sent.map((l) => l.length)).toEqual([1, 2])
    expect(sent[1]![0]!.supersedes).toBe('f-a')
    expect(book.slot('b', month).value).toEqual({ cell: { row: 'b', month, filing: 'f-b', value: '3', unit: 't', by: 'me' }, standing: 'saved' })
    expect(book.unsaved()).toEqual([])
  })

  it('files what was written while the first was on its way after it, on top of it', async () => {
    let answer: (c: Cell) => void = () => undefined
    const sent: Wish[] = []
    const book = new Book()
    const saver = new Saver(book, { one: (w) => (sent.push(w), new Promise((r) => (answer = r))), many: () => Promise.reject(new Error('one at a time')) })
    saver.write([patch('a', '1')])
    await turn()
    saver.write([patch('a', '2')])
    await turn()
    expect(sent).toHaveLength(1)
    answer(kept(sent[0]!, 'f1'))
    await turn()
    await turn()
    expect(sent[1]).toMatchObject({ value: '2', supersedes: 'f1' })
  })

  it('keeps what nobody answered to, and tries again', async () => {
    let down = true
    const book = new Book()
    const saver = new Saver(book, { one: async (w) => { if (down) throw new Offline(); return kept(w, 'f1') }, many: () => Promise.reject(new Offline()) })
    saver.write([patch('a', '1')])
    await turn()
    expect(saver.offline.value).toBe(true)
    expect(book.unsaved()).toHaveLength(1)
    down = false
    await vi.advanceTimersByTimeAsync(1100)
    expect(saver.offline.value).toBe(false)
    expect(book.slot('a', month).value.standing).toBe('saved')
  })

  it('shows both where somebody was faster, and files neither by itself', async () => {
    const theirs: Cell = { row: 'a', month, filing: 'f9', value: '7', unit: 't', by: 'li' }
    const { sent, door } = server((w) => { if (w.supersedes !== 'f9') throw new Problem(409, 'stale', '', '', [], 0, { current: theirs }); return kept(w, 'f10') })
    const book = new Book()
    const saver = new Saver(book, door)
    saver.write([patch('a', '1')])
    await turn()
    expect(book.slot('a', month).value).toMatchObject({ standing: 'stale', mine: t('1'), theirs })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toHaveLength(1)
    book.keepMine('a', month)
    saver.soon()
    await turn()
    expect(book.slot('a', month).value.cell).toMatchObject({ filing: 'f10', value: '1' })
  })

  it('takes its own value for saved where only the answer was lost', async () => {
    const book = new Book()
    const saver = new Saver(book, { one: async (w) => { throw new Problem(409, 'stale', '', '', [], 0, { current: kept(w, 'f1') }) }, many: () => Promise.reject(new Error()) })
    saver.write([patch('a', '1')])
    await turn()
    expect(book.slot('a', month).value.standing).toBe('saved')
  })

  it('tells why a cell was refused, and keeps what was written', async () => {
    const book = new Book()
    const saver = new Saver(book, { one: async () => { throw new Problem(422, 'invalid', 'no', 'id', [{ code: 'negative', text: 'negative' }]) }, many: () => Promise.reject(new Error()) })
    saver.write([patch('a', '-1')])
    await turn()
    expect(book.slot('a', month).value).toMatchObject({ standing: 'refused', mine: t('-1'), errors: [{ text: 'negative' }] })
  })

  it('never sends what is no number', async () => {
    const { sent, door } = server((w) => kept(w, 'f'))
    const book = new Book()
    new Saver(book, door).write([{ ...patch('a', ''), to: { value: 'abc', unit: '' } }])
    await turn()
    expect(sent).toEqual([])
    expect(book.unsaved()).toHaveLength(1)
  })
})

describe('Book', () => {
  it('keeps the files and the note when a value is corrected', () => {
    const book = new Book()
    book.take({ row: 'a', month, filing: 'f1', value: '1', unit: 't', note: 'n', evidence: [{ sha256: 'x', name: 'p.pdf', type: 'application/pdf', size: 1, kind: 'invoice' }] })
    book.write('a', month, t('2'))
    expect(book.wish(book.slot('a', month).value)).toEqual({ row: 'a', month, value: '2', unit: 't', supersedes: 'f1', note: 'n', evidence: ['x'] })
  })
  it('does not let news overwrite what is being written', () => {
    const book = new Book()
    book.write('a', month, t('2'))
    book.take({ row: 'a', month, filing: 'f2', value: '5', unit: 't' })
    expect(book.slot('a', month).value).toMatchObject({ standing: 'stale', mine: t('2'), theirs: { value: '5' } })
    book.drop('a', month)
    expect(book.now('a', month, 't')).toEqual(t('5'))
  })
  it('keeps papers that wait when the value is written again', () => {
    const book = new Book()
    book.take({ row: 'a', month, filing: 'f1', value: '1', unit: 't' })
    book.write('a', month, { ...t('1'), evidence: ['x'] })
    book.write('a', month, t('2'))
    expect(book.wish(book.slot('a', month).value)).toMatchObject({ value: '2', evidence: ['x'] })
  })
  it('does not go back to what an answer that came late tells', () => {
    const book = new Book()
    book.take({ row: 'a', month, filing: 'f2', value: '2', unit: 't', at: '2026-02-03T01:00:01Z' })
    book.take({ row: 'a', month, filing: 'f1', value: '1', unit: 't', at: '2026-02-03T01:00:00Z' })
    expect(book.now('a', month, 't')).toEqual(t('2'))
  })
  it('is clean again when the old value is written back', () => {
    const book = new Book()
    book.take({ row: 'a', month, filing: 'f1', value: '1', unit: 't' })
    book.write('a', month, t('2'))
    book.write('a', month, t('1'))
    expect(book.slot('a', month).value.standing).toBe('clean')
  })
})
