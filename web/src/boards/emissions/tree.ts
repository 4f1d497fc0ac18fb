// The organisation as a tree of units with the sources below them.
import type { Text } from '@/i18n'
import type { SiteCard } from '@/lib/schema'

/** A row of the tree, as it is drawn from the top down. */
export interface Branch {
  /** As the stream calls it: "org:drainage", "source:flare". */
  id: string
  name: Text
  depth: number
  kind: 'site' | 'org' | 'source'
  /** Sources at or below it. */
  sources: string[]
}

/** Lays the tree out; units without a source below them emit nothing and are left out. */
export function branches(site: Pick<SiteCard, 'id' | 'name' | 'orgs' | 'sources'>): Branch[] {
  const out: Branch[] = [{ id: 'site:' + site.id, name: site.name, depth: 0, kind: 'site', sources: site.sources.map((s) => s.id) }]
  const below = (org: string): string[] => [...site.sources.filter((s) => s.org === org).map((s) => s.id), ...site.orgs.filter((o) => o.parent === org).flatMap((o) => below(o.id))]
  const walk = (parent: string | undefined, depth: number): void => {
    for (const o of site.orgs.filter((x) => (x.parent ?? '') === (parent ?? ''))) {
      const sources = below(o.id)
      if (sources.length === 0) continue
      // The unit at the top is the mine itself.
      const top = parent === undefined && site.orgs.filter((x) => !x.parent).length === 1
      if (!top) out.push({ id: 'org:' + o.id, name: o.name, depth, kind: 'org', sources })
      const next = top ? depth : depth + 1
      for (const s of site.sources.filter((x) => x.org === o.id)) out.push({ id: 'source:' + s.id, name: s.name, depth: next, kind: 'source', sources: [s.id] })
      walk(o.id, next)
    }
  }
  walk(undefined, 1)
  return out
}
