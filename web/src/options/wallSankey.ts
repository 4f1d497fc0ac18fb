import type { Balance } from '@/lib/board'
import { base, faint, type Builder } from '@/lib/chart-base'
import { toNumber } from '@/lib/format'

/** What the gas balance of the wall is made of; text prints a node's name and its number. */
export interface WallGas {
  balance: Balance
  title: (node: string) => string
  value: (node: string) => string
}

const usualSize = 17

/** The way of the gas from the seam to the air or to its use: as wide as it is much. */
export function wallSankey(d: WallGas): Builder {
  const nodes = d.balance.nodes.filter((n) => toNumber(n.value) > 0)
  const there = new Set(nodes.map((n) => n.node))
  const links = d.balance.links.filter((l) => there.has(l.from) && there.has(l.to) && toNumber(l.value) > 0)
  const goesOn = new Set(links.map((l) => l.from))
  const groupOf = new Map(nodes.map((n) => [n.node, n.group.replaceAll('-', '_')]))
  return (t, width) => {
    const size = width < 420 ? 13 : usualSize
    const label = { fontFamily: t.font!, fontSize: size, color: t.text_2!, rich: { v: { fontFamily: t.font!, fontSize: size, fontWeight: 600, color: t.text! } } }
    return {
      ...base(t, size), animation: false, legend: { show: false }, tooltip: { show: false },
      series: [{
        type: 'sankey', left: 0, right: width < 420 ? 160 : 236, top: 6, bottom: 6, nodeWidth: 10, nodeGap: 20, draggable: false, silent: true, nodeAlign: 'left', layoutIterations: 48,
        lineStyle: { curveness: 0.5 },
        data: nodes.map((n) => ({
          name: n.node, itemStyle: { color: t[groupOf.get(n.node)!]!, borderWidth: 0 },
          label: { ...label, position: 'right' as const, formatter: `${d.title(n.node)}${goesOn.has(n.node) ? '\n' : '  '}{v|${d.value(n.node)}}`, lineHeight: 24 },
        })),
        links: links.map((l) => ({ source: l.from, target: l.to, value: toNumber(l.value), lineStyle: { color: faint(t[groupOf.get(l.to)!]!, 0.3), opacity: 1 } })),
      }],
    }
  }
}
