import { describe, expect, it } from 'vitest'
import { search, sorted, tableOf, type ColumnOf } from './table'

interface Row {
  id: string
  name: string
  t: string | null
}
const rows: Row[] = [{ id: '1', name: '乏风', t: '9 t' }, { id: '2', name: '柴油', t: '100/3 t' }, { id: '3', name: '火炬', t: null }]
const columns: ColumnOf<Row>[] = [{ key: 'name', title: '名称', value: (r) => r.name }, { key: 't', title: '量', unit: 't', digits: 1, value: (r) => r.t }]

describe('tables', () => {
  it.each([['t', '1 2 3'], ['-t', '2 1 3'], ['', '1 2 3'], ['none', '1 2 3']])('sorted by %s', (sort, want) => {
    expect(sorted(rows, columns, sort).map((r) => r.id).join(' ')).toBe(want)
  })

  it('finds rows with all the words', () => {
    expect(search(rows, '柴 油', (r) => r.name).map((r) => r.id)).toEqual(['2'])
    expect(search(rows, ' ', (r) => r.name)).toHaveLength(3)
  })

  it('exports what stands there, with the foot', () => {
    const t = tableOf('行', ['青岭矿'], columns, rows, { name: '合计', t: 42.3 })
    expect(t.rows).toEqual([['乏风', '9 t'], ['柴油', '100/3 t'], ['火炬', null], ['合计', 42.3]])
  })
})
