import { describe, expect, it } from 'vitest'
import { counts, diff, hunks, type Line } from './diff'

const sign = { same: ' ', gone: '-', new: '+' }
const shown = (lines: Line[]) => lines.map((l) => sign[l.kind] + l.text).join('\n')
const rebuilt = (lines: Line[], without: Line['kind']) => lines.filter((l) => l.kind !== without).map((l) => l.text)

describe('diff', () => {
  it('tells what came and went, with both numbers', () => {
    const lines = diff('a\nb\nc\nd\n', 'a\nx\nc\nd\ne\n')
    expect(shown(lines)).toBe(' a\n-b\n+x\n c\n d\n+e')
    expect(lines.at(-1)).toEqual({ kind: 'new', text: 'e', after: 5 })
    expect(counts(lines)).toEqual({ added: 2, gone: 1 })
  })
  it('finds the shortest way', () => {
    expect(counts(diff('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc'))).toEqual({ added: 2, gone: 3 })
  })
  it('knows texts without a line in common, and empty ones', () => {
    expect(shown(diff('a', 'b'))).toBe('-a\n+b')
    expect(shown(diff('', 'b\n'))).toBe('+b')
    expect(shown(diff('a\n', ''))).toBe('-a')
    expect(diff('', '')).toEqual([])
    expect(shown(diff('a\r\nb\r\n', 'a\nb\n'))).toBe(' a\n b')
  })
  it('rebuilds both texts from any difference', () => {
    let seed = 7
    const chance = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    for (let run = 0; run < 300; run++) {
      const make = () => Array.from({ length: chance(12) }, () => 'abcd'[chance(4)]!)
      const [a, b] = [make(), make()]
      const lines = diff(a.join('\n'), b.join('\n'))
      expect(rebuilt(lines, 'new')).toEqual(a)
      expect(rebuilt(lines, 'gone')).toEqual(b)
      expect(lines.filter((l) => l.before).map((l) => l.before)).toEqual(a.map((_, i) => i + 1))
      expect(lines.filter((l) => l.after).map((l) => l.after)).toEqual(b.map((_, i) => i + 1))
    }
  })
  it('gives up the way where everything changed, and still tells all of it', () => {
    const many = (s: string) => Array.from({ length: 3000 }, (_, i) => s + i).join('\n')
    expect(counts(diff(many('a'), many('b')))).toEqual({ added: 3000, gone: 3000 })
  })
  it('leaves out what is far from a change', () => {
    const text = Array.from({ length: 20 }, (_, i) => `line ${i}`)
    const after = [...text]
    after[10] = 'other'
    const parts = hunks(diff(text.join('\n'), after.join('\n')), 2)
    expect(parts.map((p) => p.kind)).toEqual(['gap', 'same', 'same', 'gone', 'new', 'same', 'same', 'gap'])
    expect(parts[0]).toEqual({ kind: 'gap', lines: 8 })
  })
})
