import { describe, expect, it } from 'vitest'
import type { Figure, Overview } from '@/lib/board'
import { csv } from '@/lib/export'
import { dayScale } from '@/options/calendar'
import { dayFigure, dayID } from './day'
import { about, daysTable, figuresTable, gasTable, measuresTable, monthsTable, sourcesTable, todoTable, type Sheet } from './tables'

const text = (s: string) => ({ zh: s, en: s })
const figure = (id: string, value: string | null, more: Partial<Figure> = {}): Figure => ({
  id, title: text(id), value, unit: 'tCO2e', period: '2025-01', kind: 'measured', coverage: 0.995, estimated: 0, definition: text(''), formula: text(''), inputs: [], ref: {}, lacking_count: 0, ...more,
})
const year = { year: 2025, method: text(''), budget: figure('budget', '300000'), to_date: figure('to_date', '146484.6'), allowed: figure('allowed', null), used: figure('used', '48.8', { unit: '%' }), left: figure('left', '153515.4'), forecast: figure('forecast', '299000', { kind: 'forecast' }) }
const board = {
  site: 'qingling', name: text('青岭矿'), period: '2025-01..2025-02', node_name: text(''), edition_name: text('2014'), gwp: 'AR2', factor_set: 'set', plan_version: 2, total_name: text('合计'), newest: '2025-02-28T16:00:00Z',
  total: figure('total', '146484.6'), scopes: [], beside: [], tiles: [figure('rate', null, { unit: '%', kind: '' as never, missing: text('没有数') })], year,
  groups: [{ key: 'c-vam', title: text('乏风'), scope: '1' }, { key: 'c-heat', title: text('热力'), scope: '2' }],
  months: [
    { period: '2025-01', asked: true, from: 'working', state_name: text('草稿'), total: figure('m1', '146484.6'), parts: [{ ...figure('p1', '88735.05'), group: 'c-vam' }, { ...figure('p2', '0.65'), group: 'c-heat' }], budget: figure('b1', '144383.56') },
    { period: '2025-02', asked: false, from: 'forecast', total: figure('m2', '131000'), parts: [] },
  ],
  sources: [{ ...figure('s1', '88735.05', { change: { period: '2024-01', before: '1', difference: '1', share: '-0.0032' } }), source: 'underground', group: 'c-vam', org: 'ventilation', share: '0.606', how: text('计量') }],
  gas: { state: text('0 ℃'), unit: '万Nm3', nodes: [{ ...figure('n1', '10'), node: 'vent', group: 'c-vam' }], links: [{ from: 'vent', to: 'air', value: '10' }], rates: [], checks: [] },
  measures: { items: [{ id: 'pv', name: text('光伏'), category: '', status: 'running', org: '', planned: figure('pv', '13100'), through_2030: figure('pv30', '26800'), measured: figure('pvm', null) }], years: [], target: [figure('t1', '13100'), figure('t2', '26800')], note: text('只有计划') },
  days: [{ date: '2025-01-01', value: '4862.4', coverage: 1, parts: { 'c-vam': '4000', 'c-heat': '862.4' } }, { date: '2025-01-02', value: null, coverage: null }],
  days_method: text('按日分解'),
  quality: { coverage: figure('coverage', '99.9', { unit: '%' }), estimated: figure('estimated', '0', { unit: '%' }), missing_months: [], counts: { hard: 1, explain: 0, note: 0 }, todo: [{ id: 'x', code: 'c', severity: 'hard', text: text('=未填报'), periods: ['2025-01'] }], more: 0 },
} as unknown as Overview
const sheet: Sheet = { board, lang: 'zh', t: (key) => key, zone: 'Asia/Shanghai' }
const wan = { by: 10_000, unit: '万 tCO₂e', digits: 2 }

describe('the tables of the board', () => {
  it('say of what they are', () => expect(about(sheet)[0]).toBe('青岭矿 2025-01..2025-02'))
  it('tell the months on the card\'s scale, a forecast apart', () => {
    const t = monthsTable(sheet, wan)
    expect(csv(t).split('\r\n').slice(1, 3)).toEqual(['2025-01,8.87,< 0.01,14.65,,14.44,草稿', '2025-02,,,,13.10,,'])
  })
  it('tell why a number is missing', () => expect(figuresTable(sheet).rows.find((r) => r[0] === 'rate')).toEqual(['rate', null, '%', '2025-01', '没有数', 99.5]))
  it('tell shares as percent', () => expect(sourcesTable(sheet, wan).rows[0]).toEqual(['s1', 8.873505, 60.6, -0.32, '计量']))
  it('name both ends of a flow', () => expect(gasTable(sheet, { by: 1, unit: '万 m³', digits: 0 }).rows).toEqual([['n1', 'air', 10]]))
  it('leave empty what nobody measured', () => expect(measuresTable(sheet, wan).rows).toEqual([['光伏', 'overview.statusOf.running', 1.31, 2.68, null], ['overview.target', '', 1.31, 2.68, null]]))
  it('tell every day, known or not', () => expect(daysTable(sheet, dayScale).rows).toEqual([['2025-01-01', 4000, 862.4, 4862.4, 100], ['2025-01-02', null, null, null, null]]))
  it('let no text be a formula', () => expect(csv(todoTable(sheet))).toContain("'=未填报"))
})

describe('a day', () => {
  it('is made of its groups, each of which leads on', () => {
    const f = dayFigure(board, dayID('2025-01-01'))!
    expect(f.inputs.map((i) => [i.title.zh, i.value, i.ref])).toEqual([['乏风', '4000', { period: '2025-01', group: 'c-vam' }], ['热力', '862.4', { period: '2025-01', group: 'c-heat' }]])
    expect(f.formula.zh).toBe('乏风 4,000.00 + 热力 862.40 = 4,862.40 tCO₂e')
  })
  it('that nobody knows has none', () => expect(dayFigure(board, 'day.2020-01-01')).toBeUndefined())
})
