import { expect, it } from 'vitest'
import { branches } from './tree'

const text = (zh: string) => ({ zh, en: zh })
it('lays the units and sources out, without units that emit nothing', () => {
  const rows = branches({
    id: 'q', name: text('矿'), orgs: [{ id: 'mine', name: text('矿') }, { id: 'em', name: text('机电'), parent: 'mine' }, { id: 'ph', name: text('电厂'), parent: 'em' }, { id: 'fin', name: text('财务'), parent: 'mine' }],
    sources: [{ id: 'grid', name: text('电'), org: 'em', kind: 'electricity' }, { id: 'engines', name: text('机组'), org: 'ph', kind: 'combustion' }],
  })
  expect(rows.map((r) => `${r.depth} ${r.id}`)).toEqual(['0 site:q', '1 org:em', '2 source:grid', '2 org:ph', '3 source:engines'])
  expect(rows[1]!.sources).toEqual(['grid', 'engines'])
})
