import { describe, expect, it } from 'vitest'
import type { Month } from '@/lib/board'
import { composed, ofLastYear } from './parts'
import type { Wall } from './types'

const name = { zh: '', en: '' }
const month = (period: string, from: Month['from'], asked: boolean, vam: string | null): Month =>
  ({ period, from, asked, total: { value: vam }, parts: [{ group: 'c-vam', value: vam }] }) as unknown as Month
const wall = {
  to: '2026-02',
  groups: [{ key: 'c-vam', title: name, scope: '1' }, { key: 'c-heat', title: name, scope: '2' }],
  months: [month('2025-12', 'closed', false, '50'), month('2026-01', 'closed', true, '90.5'), month('2026-02', 'open', true, '9.5'), month('2026-03', 'forecast', false, '80')],
} as Pick<Wall, 'to' | 'groups' | 'months'>

describe('the parts of the year', () => {
  it('are those of the months asked for, and unknown where no month knows them', () => {
    expect(composed(wall).map((p) => p.value)).toEqual([100, undefined])
  })
  it('stand beside the months of one year', () => {
    expect(ofLastYear(wall).map((m) => m.period)).toEqual(['2026-01', '2026-02', '2026-03'])
  })
})
