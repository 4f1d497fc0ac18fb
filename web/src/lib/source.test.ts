import { describe, expect, it } from 'vitest'
import type { Figure, Head } from './board'
import { cardPlace, distinct, gathered, hasLines, linesPlace, linesQuery, monthsOf, stretchOf } from './source'

const head = { edition: 'cn-coal-2014', gwp: 'AR2', node: 'org:drainage' } as Head
const figure = (more: Partial<Figure>) => ({ unit: 'tCO2e', kind: 'measured', ref: { period: '2025-01..2025-03' }, ...more }) as Figure

describe('what a number is made of', () => {
  it.each([['2025-03', ['2025-03', '2025-03']], ['2025-01..2025-03', ['2025-01', '2025-03']], ['2025', ['2025-01', '2025-12']], ['2025-03-14', undefined], [undefined, undefined]])('%s is of the months %s', (p, want) => expect(monthsOf(p)).toEqual(want))
  it.each([[{}, true], [{ unit: '%' }, false], [{ kind: 'forecast' }, false], [{ ref: { register: 'budget' } }, false], [{ ref: { period: '2025-03-14' } }, false]] as [Partial<Figure>, boolean][])('%o has lines: %s', (f, want) => expect(hasLines(figure(f))).toBe(want))
  it('asks by its own node before the board\'s', () => {
    expect(linesQuery({ group: 'c-vam' }, head)).toMatchObject({ node: 'org:drainage', group: 'c-vam', edition: 'cn-coal-2014', gwp: 'AR2' })
    expect(linesQuery({ node: 'source:flare' }, head).node).toBe('source:flare')
  })
  it('asks points by the mine\'s clock, and of no time to come', () => {
    const asked = (now: string) => stretchOf('2025-12', 'Asia/Shanghai', now)
    expect(asked('2026-02-01T00:00:00Z')).toEqual({ from: '2025-11-30T16:00:00.000Z', to: '2025-12-31T16:00:00.000Z' })
    expect(asked('2025-12-05T10:20:30.5Z')?.to).toBe('2025-12-05T10:00:00.000Z')
    expect(asked('2025-11-01T00:00:00Z')).toBeUndefined()
  })
  it('leads to the card', () => expect(cardPlace('grid/2025-03:electricity', '2025-03', head)).toBe('/emissions/card?period=2025-03&line=grid%2F2025-03%3Aelectricity&edition=cn-coal-2014&gwp=AR2'))
  it('leads to the lines that it adds up', () => expect(linesPlace({ period: '2025-01..2025-03', group: 'c-vam' }, head)).toBe('/emissions/working/2025-01..2025-03?edition=cn-coal-2014&gwp=AR2&node=org%3Adrainage&colour=c-vam'))
  it('gathers what lacks by parameter', () => expect(gathered(['a#x@2025-02', 'b', 'a#x@2025-01', 'a#x@2025-02'])).toEqual([{ id: 'a#x', months: ['2025-01', '2025-02'] }, { id: 'b', months: [] }]))
  it('names each once', () => expect(distinct(['b', 'a', 'b'])).toEqual(['b', 'a']))
})
