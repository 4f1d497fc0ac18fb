import { describe, expect, it } from 'vitest'
import type { Balance, Day, Figure, Group, Month } from '@/lib/board'
import type { Tokens } from '@/lib/chart-base'
import { bounds, calendar, classes, range } from './calendar'
import { expected, groupsIn, legendRows, monthly, monthlyTip, type Monthly } from './monthly'
import { flowing, sankey } from './sankey'
import { spark } from './spark'
import { escaped, tip } from './tip'
import { broken, feet, folded, waterfall, type Step } from './waterfall'

globalThis.matchMedia ??= (() => ({ matches: true })) as never

const t = new Proxy({}, { get: (_, name: string) => (name === 'font' ? 'sans-serif' : '#112233') }) as Tokens
const text = (s: string) => ({ zh: s, en: s })
const figure = (id: string, value: string | null): Figure => ({
  id, title: text(id), value, unit: 'tCO2e', period: '2025', kind: 'measured', coverage: 1, estimated: 0, definition: text(''), formula: text(''), inputs: [], ref: {}, lacking_count: 0,
})
const groups: Group[] = [{ key: 'c-vam', title: text('vam'), scope: '1' }, { key: 'c-power', title: text('power'), scope: '2' }, { key: 'c-heat', title: text('heat'), scope: '2' }]
const month = (period: string, more: Partial<Month>): Month => ({ period, asked: true, from: 'working', total: figure('m' + period, '100'), parts: [], ...more })
const months = [
  month('2025-01', { parts: [{ ...figure('p1', '80'), group: 'c-vam' }, { ...figure('p2', '20'), group: 'c-power' }], budget: figure('b1', '90') }),
  month('2025-02', { from: 'open', total: figure('m2', '60'), expected: figure('e2', '110'), parts: [{ ...figure('p3', '60'), group: 'c-vam' }] }),
  month('2025-03', { from: 'missing', total: figure('m3', null) }),
  month('2025-04', { from: 'forecast', asked: false, total: figure('m4', '105') }),
]
const scale = { by: 1, unit: 'tCO₂e', digits: 0 }
const stack: Monthly = { months, groups, scale, lang: 'zh', words: { forecast: '预测', rest: '预计余量', budget: '月度预算', total: '合计', noData: '无数据' } }

interface Series { name: string; type: string; data: ({ value: number | null; id?: string } | number | null)[] }
const series = (o: object) => (o as { series: Series[] }).series
const values = (s: Series | undefined) => s?.data.map((v) => (v !== null && typeof v === 'object' ? v.value : v))

describe('the months', () => {
  it('expect what is not yet, and never less than nothing', () => {
    expect(months.map(expected)).toEqual([null, 50, null, 105])
    expect(expected(month('2025-05', { expected: figure('e', '90') }))).toBe(0)
  })
  it('leave out a group that has nothing', () => expect(groupsIn(months, groups).map((g) => g.key)).toEqual(['c-vam', 'c-power']))
  it('stack the groups, then what is expected, and draw the budget', () => {
    const built = series(monthly(stack)(t, 800))
    expect(built.map((s) => s.name)).toEqual(['vam', 'power', '预测', '无数据', '月度预算'])
    expect(values(built[0])).toEqual([80, 60, null, null])
    expect(values(built[2])).toEqual([null, 50, null, 105])
    expect(values(built[3])).toEqual([null, null, 0, null])
    expect(values(built[4])).toEqual([90, null, null, null])
  })
  it('name each bar by its figure', () => expect(series(monthly(stack)(t, 800))[0]!.data[1]).toMatchObject({ id: 'p3' }))
  it('leave room for the rows of the legend', () => {
    expect(legendRows(['预测', '月度预算'], 12, 600)).toBe(1)
    expect(legendRows(['Ventilation air CH₄', 'Drained CH₄ vented', 'Other scope 1', 'Monthly budget'], 12, 330)).toBe(2)
  })
  it('say what is a forecast at the pointer', () => {
    expect(monthlyTip(stack, t, months[3]!)).toContain('预测')
    expect(monthlyTip(stack, t, months[1]!)).toContain('预计余量')
    expect(monthlyTip(stack, t, months[2]!)).toContain('无数据')
  })
})

describe('the gas balance', () => {
  const node = (id: string, value: string | null) => ({ ...figure(id, value), node: id, group: 'c-vam' as const })
  const gas: Balance = {
    state: text(''), unit: '万Nm3', rates: [], checks: [], nodes: [node('liberated', '10'), node('vent', '6'), node('drain', '4'), node('flared', null), node('idle', '0')],
    links: [{ from: 'liberated', to: 'vent', value: '6' }, { from: 'liberated', to: 'drain', value: '4' }, { from: 'drain', to: 'idle', value: '0' }, { from: 'drain', to: 'flared', value: null }],
  }
  it('shows what gas flows through', () => expect(flowing(gas).map((n) => n.node)).toEqual(['liberated', 'vent', 'drain']))
  it('has a link for each flow', () => {
    const [s] = (sankey({ gas, scale, lang: 'zh' })(t, 600) as { series: { links: object[]; right: number }[] }).series
    expect(s!.links).toEqual([{ source: 'liberated', target: 'vent', value: 6 }, { source: 'liberated', target: 'drain', value: 4 }])
    expect(s!.right).toBeGreaterThan(50)
  })
})

describe('a waterfall', () => {
  const step = (value: number, kind: Step['kind'] = 'part', name = 'x'): Step => ({ id: '', name, value, kind })
  it('begins each part where the last one ended', () => expect(feet([step(5), step(3), step(-2), step(6, 'sum'), step(1, 'hollow'), step(7, 'target')])).toEqual([0, 5, 6, 0, 6, 0]))
  it('folds the least into one that names them', () => {
    const out = folded([step(5, 'part', 'a'), step(3, 'part', 'b'), step(2, 'part', 'c'), step(1, 'part', 'd')], 3, '其他')
    expect(out.map((s) => [s.name, s.value])).toEqual([['a', 5], ['b', 3], ['其他', 3]])
    expect(out[2]!.note).toBe('c, d')
    expect(folded(out, 3, '其他')).toBe(out)
  })
  it.each([
    ['皮带永磁直驱与变频', 4, '皮带永磁\n直驱与变\n频'], ['光伏', 4, '光伏'], ['到 2025 年', 3, '到\n2025\n年'], ['到 2025 年', 6, '到 2025 年'], ['Electric fleet', 5, 'Electric\nfleet'],
    ['一二三四五六七八九十', 2, '一二\n三四\n五六…'], ['Photovoltaics', 4, 'Photov…'],
  ])('%s fits %i ems', (name, room, want) => expect(broken(name, room)).toBe(want))
  it('draws the feet without colour', () => {
    const [foot, bar] = series(waterfall({ steps: [step(5), step(3), step(8, 'target')], scale, lang: 'zh' })(t, 600))
    expect(values(foot)).toEqual([0, 5, 0])
    expect(values(bar)).toEqual([5, 3, 8])
  })
})

describe('the calendar', () => {
  const days: Day[] = [{ date: '2025-09-30', value: '4000', coverage: 1 }, { date: '2025-10-01', value: null, coverage: null }, { date: '2025-10-02', value: '4200', coverage: 0.5 }]
  it('cuts the values at their quarters', () => {
    expect(bounds([])).toEqual([])
    expect(bounds([4000, 4100, 4200, 4300, 4400])).toEqual([4100, 4200, 4300])
    expect(bounds([7, 7, 7])).toEqual([5])
  })
  it('names the classes, the highest the darkest', () => {
    expect(classes([10, 20, 30], 'zh').map((c) => [c.label, c.step])).toEqual([['< 10', 1], ['10–20', 2], ['20–30', 3], ['≥ 30', 4]])
    expect(classes([10, 20], 'zh', true).map((c) => c.label)).toEqual(['< 10', '10–', '≥ 20'])
    expect(classes([5], 'zh').map((c) => c.step)).toEqual([3, 4])
  })
  it('shows a year where it fits, and the last months where it is narrow', () => {
    expect(range(days, false)).toEqual(['2025-01-01', '2025-12-31'])
    expect(range(days, true)).toEqual(['2025-09-01', '2025-10-31'])
    expect(range([{ date: '2024-01-05', value: '1', coverage: 1 }, ...days], true)).toEqual(['2025-06-01', '2025-10-31'])
    expect(range([{ date: '2024-02-05', value: '1', coverage: 1 }, ...days], false)).toEqual(['2024-02-01', '2025-10-31'])
  })
  it('leaves a day that is not known empty', () => {
    const built = calendar({ days, groups, lang: 'zh', words: { coverage: '完整率', total: '合计' } })(t, 800) as { series: { data: unknown[] }[] }
    expect(built.series[0]!.data).toEqual([['2025-09-30', 4000], ['2025-10-02', 4200]])
  })
})

describe('a sparkline', () => {
  it('breaks where a value is missing', () => {
    const s = spark([0, 10, null, 5, 10], 40, 10)
    expect(s.line).toBe('M0 10L10 0M30 5L40 0')
    expect(s.last).toEqual([40, 0])
  })
  it('lies in the middle where all is alike', () => expect(spark([3, 3], 10, 8).line).toBe('M0 4L10 4'))
  it('is nothing for one value', () => expect(spark([null, 3], 10, 8)).toEqual({ line: '', area: '', last: null }))
})

describe('what is shown at the pointer', () => {
  it('is text', () => {
    expect(escaped('<img src=x onerror="a">&\'')).toBe('&lt;img src=x onerror=&quot;a&quot;&gt;&amp;&#39;')
    expect(tip('<b>', [{ name: '<i>', value: '1 < 2' }], '<u>')).not.toMatch(/<b>|<i>|<u>/)
  })
})
