import { describe, expect, it, vi } from 'vitest'
import type { Balance, Month } from '@/lib/board'
import type { Tokens } from '@/lib/chart-base'
import { supplyDay } from './supplyDay'
import { wallMonthly } from './wallMonthly'
import { wallSankey } from './wallSankey'


vi.stubGlobal('matchMedia', () => ({ matches: true }))
const tokens = new Proxy({}, { get: (_, name: string) => (name.startsWith('c_') || name.startsWith('text') || name === 'surface' ? '#123456' : name) }) as Tokens

/** A builder's option, as plain data. */
const series = (option: unknown) => (option as { series: { name?: string; data: unknown[]; links?: unknown[] }[] }).series

const figure = (value: string | null) => ({ value }) as Month['total']
const month = (period: string, from: Month['from'], total: string | null, more: Partial<Month> = {}): Month => ({
  period, asked: true, from, total: figure(total), parts: [{ ...figure(total), group: 'c-vam' } as Month['parts'][0]], budget: figure('100000'), ...more,
})

describe('the months on the wall', () => {
  const build = wallMonthly({
    groups: [{ key: 'c-vam', title: { zh: '', en: '' }, scope: '1' }], scale: { by: 10_000, unit: '', digits: 2 }, forecast: '预测', budget: '预算',
    months: [month('2025-01', 'closed', '90000'), month('2025-02', 'missing', null), month('2025-03', 'open', '20000', { expected: figure('80000') }), month('2025-04', 'forecast', '85000')],
  })
  const [known, expected, budget] = series(build(tokens, 400))

  it('show what is known, and nothing for what is not', () => expect(known!.data).toEqual([9, null, 2, null]))
  it('stand hollow where they are expected, and say so where nothing is known', () => {
    expect(expected!.data.slice(0, 3)).toEqual([null, null, 8])
    expect(expected!.data[3]).toMatchObject({ value: 8.5, label: { formatter: '预测' } })
  })
  it('stand under their budget', () => expect(budget!.data).toEqual([10, 10, 10, 10]))
})

describe('the gas balance on the wall', () => {
  it('shows links between what flows, and none of what is not known', () => {
    const node = (id: string, value: string | null) => ({ node: id, group: 'c-drain', value }) as Balance['nodes'][0]
    const balance = { nodes: [node('drain', '10'), node('vented', '4'), node('flared', null), node('use:a', '6')], links: [
      { from: 'drain', to: 'vented', value: '4' }, { from: 'drain', to: 'flared', value: null }, { from: 'drain', to: 'use:a', value: '6' },
    ] } as Balance
    const [sankey] = series(wallSankey({ balance, title: (n) => n, value: () => '1' })(tokens, 800))
    expect(sankey!.data).toHaveLength(3)
    expect(sankey!.links).toHaveLength(2)
  })
})

describe('the supply of a day', () => {
  it('holds each step to its end, and leaves a gap where nothing is known', () => {
    const [grid] = series(supplyDay({ step: '1 h', series: [{ group: 'c-power', title: 'grid', values: [9, null, 8] }] })(tokens, 400))
    expect(grid!.data).toEqual([[0, 9], [0.999, 9], [1, null], [1.999, null], [2, 8], [2.999, 8]])
  })
  it('knows quarters', () => {
    const [grid] = series(supplyDay({ step: '15 min', series: [{ group: 'c-power', title: 'grid', values: [1, 2] }] })(tokens, 400))
    expect(grid!.data).toEqual([[0, 1], [0.249, 1], [0.25, 2], [0.499, 2]])
  })
})
