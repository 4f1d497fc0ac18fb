import { describe, expect, it } from 'vitest'
import { layoutOf, layouts, sizeOf, stageOf } from './layout'

describe('layouts', () => {
  it.each(layouts)('$name shows every panel once and has room for each', (l) => {
    const names = l.columns.flatMap((c) => c.panels.map((p) => p.name))
    expect([...names].sort()).toEqual(['events', 'gas', 'hero', 'mine', 'months', 'plan', 'rates', 'supply'])
    expect(l.columns.filter((c) => c.width === 0)).toHaveLength(1)
    const middle = l.width - 64 - (l.columns.length - 1) * 18 - l.columns.reduce((sum, c) => sum + c.width, 0)
    expect(middle).toBeGreaterThanOrEqual(900)
    for (const c of l.columns) {
      const open = c.panels.filter((p) => p.height === 0)
      expect(open).toHaveLength(1)
      const rest = l.height - 84 - 28 - (c.panels.length - 1) * 16 - c.panels.reduce((sum, p) => sum + p.height, 0)
      expect(rest).toBeGreaterThanOrEqual(280)
    }
  })

  it.each([
    ['1920x1080', '1920x1080'], ['1366x768', '1920x1080'], ['3840x2160', '1920x1080'], ['1280x1024', '1920x1080'],
    ['5760x2160', '5760x2160'], ['3440x1440', '5760x2160'], ['3840x1080', '3840x1080'], ['7680x2160', '3840x1080'],
  ])('a wall of %s takes the one of %s', (wall, name) => {
    const { width, height } = sizeOf(wall)!
    expect(layoutOf(width, height).name).toBe(name)
  })

  it('does not read what is no size', () => {
    for (const text of ['', 'wide', '3840x', '-1x5', '3840X1080']) expect(sizeOf(text)).toBeUndefined()
  })
})

describe('a stage', () => {
  const l = layouts[0]!
  it('fits with bars, and fills by growing where there is room', () => {
    expect(stageOf(l, 1920, 1200, false)).toEqual({ width: 1920, height: 1080, scale: 1 })
    expect(stageOf(l, 1920, 1200, true)).toEqual({ width: 1920, height: 1200, scale: 1 })
    expect(stageOf(l, 2560, 1080, true)).toEqual({ width: 2560, height: 1080, scale: 1 })
    expect(stageOf(l, 3840, 2160, false)).toEqual({ width: 1920, height: 1080, scale: 2 })
  })
})
