// How parts add up to a whole, step by step.
import { base, faint, xAxis, yAxis, type Builder, type Tokens } from '@/lib/chart-base'
import { printed } from '@/lib/figure'
import { num, withUnit, type Lang, type Scale } from '@/lib/format'
import { tip } from './tip'

/** One bar: a part on top of those before it, or a sum that stands on the ground. */
export interface Step {
  id: string
  name: string
  value: number
  kind: 'part' | 'hollow' | 'sum' | 'target'
  note?: string
}

export interface Fall {
  steps: Step[]
  scale: Scale
  lang: Lang
  size?: number
}

/** Where each bar begins: a part at what those before it came to. */
export function feet(steps: Step[]): number[] {
  let height = 0
  return steps.map((s) => {
    if (s.kind === 'sum' || s.kind === 'target') {
      height = s.kind === 'sum' ? s.value : height
      return 0
    }
    const foot = s.value < 0 ? height + s.value : height
    height += s.value
    return foot
  })
}

/** Keeps the largest parts, and tells the others as one. */
export function folded(parts: Step[], most: number, others: string): Step[] {
  if (parts.length <= most) return parts
  const rest = parts.slice(most - 1)
  return [...parts.slice(0, most - 1), { id: '', name: others, value: rest.reduce((n, s) => n + s.value, 0), kind: 'part', note: rest.map((s) => s.name).join(', ') }]
}

function style(t: Tokens, kind: Step['kind'], positive: boolean): object {
  const radius = { borderRadius: 2 }
  switch (kind) {
    case 'part': return { ...radius, color: positive ? faint(t.c_green!, 0.66) : faint(t.warn!, 0.6) }
    case 'hollow': return { ...radius, color: 'transparent', borderColor: t.c_green, borderType: 'dashed', borderWidth: 1.4 }
    case 'sum': return { ...radius, color: t.c_green }
    case 'target': return { ...radius, color: t.c_ctx }
  }
}

// A letter is about half as wide as an ideograph.
const wide = (text: string): number => [...text].reduce((n, c) => n + (c > '\u2e7f' ? 1 : 0.56), 0)

/** Breaks a name into at most three lines of so many ems: between words, or between ideographs. */
export function broken(name: string, room: number): string {
  const lines = ['']
  for (const word of name.match(/[^\s\u2e80-\uffff]+|[\u2e80-\uffff]|\s+/gu) ?? []) {
    const last = lines.at(-1)!
    if (wide(last + word.trimEnd()) <= room || last === '') lines[lines.length - 1] = last + word
    else lines.push(word.trimStart())
  }
  const fit = lines.map((l) => cut(l.trim(), room)).filter(Boolean)
  return fit.slice(0, 3).join('\n') + (fit.length > 3 ? '…' : '')
}

function cut(line: string, room: number): string {
  if (wide(line) <= room) return line
  let out = line
  while (out && wide(out + '…') > room) out = out.slice(0, -1)
  return out + '…'
}

/** Builds the chart of the steps. */
export function waterfall(d: Fall): Builder {
  return (t, width) => {
    const size = width < 420 || (d.lang === 'en' && width < 600) ? 11 : (d.size ?? 12)
    const room = Math.max(2, ((width - 40) / d.steps.length - 3) / size)
    const text = { fontSize: size, fontFamily: t.font }
    return {
      ...base(t, size),
      tooltip: {
        ...base(t, size).tooltip as object, trigger: 'item',
        formatter: (p: unknown) => {
          const step = d.steps[(p as { dataIndex: number }).dataIndex]!
          return tip(step.name, [{ name: '', value: withUnit(printed(step.value, d.scale, d.lang), d.scale.unit), strong: true }], step.note)
        },
      },
      grid: { left: 4, right: 4, top: 34, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: xAxis(t, size, { type: 'category', data: d.steps.map((_, i) => i), axisLabel: { ...text, color: t.text_2, interval: 0, lineHeight: size + 4, formatter: (i: string) => broken(d.steps[Number(i)]!.name, room) } }),
      yAxis: yAxis(t, size, { name: d.scale.unit, axisLabel: { ...text, color: t.text_3, formatter: (v: number) => num(v / d.scale.by, 0, d.lang) } }),
      series: [
        { type: 'bar', stack: 'step', silent: true, itemStyle: { color: 'transparent' }, data: feet(d.steps) },
        {
          type: 'bar', stack: 'step', barWidth: '58%', label: { show: true, position: 'top', color: t.text, ...text, formatter: (p: { dataIndex: number }) => printed(d.steps[p.dataIndex]!.value, d.scale, d.lang) },
          data: d.steps.map((s) => ({ value: Math.abs(s.value), id: s.id, itemStyle: style(t, s.kind, s.value >= 0) })),
        },
      ],
    } as ReturnType<Builder>
  }
}
