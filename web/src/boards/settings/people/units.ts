import { reactive, watch } from 'vue'
import { say, type Text } from '@/i18n'
import { get } from '@/lib/api'
import type { SiteCard } from '@/lib/session'

/** A unit of a mine, moved in below the one it belongs to. */
export interface Unit {
  id: string
  text: string
}

interface Org {
  id: string
  name: Text
  parent?: string
}

/** Units in the order of their tree, those below moved in. */
export function treeOf(orgs: Org[]): Unit[] {
  const ids = new Set(orgs.map((o) => o.id))
  const below = (parent: string | undefined, depth: number): Unit[] =>
    orgs.filter((o) => (parent === undefined ? !o.parent || !ids.has(o.parent) : o.parent === parent)).flatMap((o) => [{ id: o.id, text: '\u3000'.repeat(depth) + (say(o.name) || o.id) }, ...below(o.id, depth + 1)])
  return below(undefined, 0)
}

/** The units of mines, fetched once for each mine that is asked for. */
export function useUnits(sites: () => string[]): (site: string) => Unit[] {
  const cards = reactive(new Map<string, Org[]>())
  watch(sites, (list) => {
    for (const site of new Set(list)) {
      if (!site || site === '*' || cards.has(site)) continue
      cards.set(site, [])
      get<SiteCard>(`/sites/${site}`).then((card) => cards.set(site, card.orgs), () => cards.delete(site)) // without its units a mine is chosen whole
    }
  }, { immediate: true })
  return (site) => treeOf(cards.get(site) ?? [])
}
