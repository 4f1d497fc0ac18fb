import { describe, expect, it } from 'vitest'
import { changes, isLong, pathText } from './change'

describe('what an act changed', () => {
  it('tells the places that differ and no others', () => {
    expect(changes({ name: '李工', active: true, duties: [{ role: 'filler', site: 'qingling' }] }, { name: '李工', active: false, duties: [{ role: 'reviewer', site: 'qingling' }] })).toEqual([
      { path: 'active', before: 'true', after: 'false' }, { path: 'duties › 1 › role', before: 'filler', after: 'reviewer' },
    ])
  })
  it('what was not there is not empty', () => {
    expect(changes({ value: '' }, { value: '12 t', note: null })).toEqual([{ path: 'value', before: '', after: '12 t' }, { path: 'note', after: 'null' }])
  })
  it('a new record comes as a whole, one taken away goes as a whole', () => {
    expect(changes(undefined, { a: 1 })).toEqual([{ path: 'a', after: '1' }])
    expect(changes({ a: 1 }, null)).toEqual([{ path: 'a', before: '1', after: undefined }])
    expect(changes(undefined, undefined)).toEqual([])
  })
  it('parts with an id are followed by it', () => {
    const [a, b] = [{ id: 'a', size: 1 }, { id: 'b', size: 2 }]
    expect(changes({ files: [b] }, { files: [a, b] })).toEqual([{ path: 'files › a › id', after: 'a' }, { path: 'files › a › size', after: '1' }])
  })
  it('a list of plain values is one place', () => {
    expect(changes({ sites: ['x'] }, { sites: ['x', 'y'] }).map((c) => ({ ...c, path: pathText(c.path) }))).toEqual([{ path: 'sites', before: 'x', after: 'x, y' }])
  })
  it('plain values are compared as they are', () => {
    expect(changes('draft', 'submitted')).toEqual([{ path: '', before: 'draft', after: 'submitted' }])
  })
  it('a text of many lines is compared line by line', () => {
    expect(isLong({ path: 'file', before: 'a\nb', after: 'a\nc' })).toBe(true)
    expect(isLong({ path: 'note', after: 'one line\n' })).toBe(false)
  })
  it('goes no deeper than a reader follows', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100; i++) deep = { a: deep }
    expect(changes(undefined, deep)[0]!.path.split(' › ')).toHaveLength(12)
  })
})
