// Gas on its way from the seam to what becomes of it.
import type { Balance, GasNode } from '@/lib/board'
import { base, type Builder } from '@/lib/chart-base'
import { printed } from '@/lib/figure'
import { toNumber, withUnit, type Lang, type Scale } from '@/lib/format'
import { textIn } from '@/lib/text'
import { tip } from './tip'

export interface Flow {
  gas: Balance
  scale: Scale
  lang: Lang
  size?: number
}

/** The nodes that gas flows through, in the order that they are told. */
export function flowing(gas: Balance): GasNode[] {
  const touched = new Set(gas.links.filter((l) => toNumber(l.value) > 0).flatMap((l) => [l.from, l.to]))
  return gas.nodes.filter((n) => touched.has(n.node))
}

/** What the labels of the last column need at the right, by the longest of them. */
function room(labels: string[], size: number): number {
  const wide = (text: string) => [...text].reduce((n, c) => n + (c.charCodeAt(0) > 0x2e7f ? 1 : 0.56), 0)
  return Math.ceil(Math.max(0, ...labels.map(wide)) * size) + 14
}

/** Cuts a name that would take too much of a narrow chart. */
const short = (text: string, most: number): string => (text.length > most ? text.slice(0, most - 1) + '…' : text)

interface Pointed {
  dataType?: string
  name: string
  value: number
  data: { source?: string; target?: string }
}

/** Builds the chart of the gas balance. */
export function sankey(d: Flow): Builder {
  return (t, width) => {
    const size = d.size ?? 13
    const narrow = width < 460
    const most = narrow ? (d.lang === 'zh' ? 6 : 11) : d.lang === 'zh' ? 10 : 22
    const nodes = flowing(d.gas)
    const title = new Map(nodes.map((n) => [n.node, textIn(n.title, d.lang)]))
    const told = (v: string | number | null) => printed(v, d.scale, d.lang)
    const value = new Map(nodes.map((n) => [n.node, told(n.value)]))
    const ends = nodes.filter((n) => !d.gas.links.some((l) => l.from === n.node))
    const last = new Set(ends.map((n) => n.node))
    const text = { fontSize: size, fontFamily: t.font }
    return {
      ...base(t, size),
      tooltip: {
        ...base(t, size).tooltip as object,
        formatter: (p: unknown) => {
          const at = p as Pointed
          const name = at.dataType === 'edge' ? `${title.get(at.data.source ?? '')} → ${title.get(at.data.target ?? '')}` : (title.get(at.name) ?? '')
          return tip(name, [{ name: '', value: withUnit(at.dataType === 'edge' ? told(at.value) : (value.get(at.name) ?? ''), d.scale.unit), strong: true }])
        },
      },
      series: [{
        type: 'sankey', left: 2, right: room(ends.map((n) => `${short(title.get(n.node)!, most)}  ${value.get(n.node)}`), size), top: 6, bottom: 6,
        nodeWidth: 10, nodeGap: 14, layoutIterations: 0, draggable: false, emphasis: { focus: 'adjacency' },
        label: {
          ...text, color: t.text, formatter: (p: { name: string }) => `{a|${short(title.get(p.name) ?? '', most)}}${narrow && !last.has(p.name) ? '\n' : '  '}{b|${value.get(p.name) ?? ''}}`,
          rich: { a: { ...text, color: t.text_2 }, b: { ...text, color: t.text, fontWeight: 600 } },
        },
        lineStyle: { color: 'target', opacity: 0.26, curveness: 0.5 },
        data: nodes.map((n) => ({ name: n.node, itemStyle: { color: t[n.group.replaceAll('-', '_')], borderWidth: 0 } })),
        links: d.gas.links.filter((l) => toNumber(l.value) > 0).map((l) => ({ source: l.from, target: l.to, value: toNumber(l.value) })),
      }],
    } as ReturnType<Builder>
  }
}
