import { expect, it, vi } from 'vitest'
import type { Tokens } from '@/lib/chart-base'
import { falls, floorOf, waterfall } from './versions'

vi.stubGlobal('matchMedia', () => ({ matches: true }))
const tokens = new Proxy({}, { get: (_, name: string) => (name === 'font' ? 'sans' : '#123456') }) as Tokens
const causes = [{ name: '因子', effect: 5 }, { name: '边界', effect: 0 }, { name: '更正', effect: -2 }]

it('falls end where the next begin', () => {
  expect(falls(10, causes)).toEqual([{ from: 10, to: 15 }, { from: 15, to: 15 }, { from: 15, to: 13 }])
})

it.each([
  [10, causes, 0], // half of the total needs no cut
  [10_000, causes, 9997], [100, [], 0], [-5, causes, 0],
])('from %d the axis begins at zero unless the causes could not be seen', (first, list, want) => {
  expect(floorOf(first, list)).toBe(want)
})

it('stands each cause on what was before', () => {
  const o = waterfall({ name: 'v1', value: 10 }, causes, { name: 'v2', value: 13 }, { unit: 't', print: String, signed: String })(tokens, 900)
  const [under, bars] = o.series as { data: (number | { value: number })[] }[]
  expect(under!.data).toEqual([0, 10, 15, 13, 0])
  expect((bars!.data as { value: number }[]).map((b) => b.value)).toEqual([10, 5, 0, 2, 13])
})
