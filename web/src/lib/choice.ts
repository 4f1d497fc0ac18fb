// What a board is asked for, as the address keeps it: a link shows a colleague
// the same period, unit, edition and GWP.
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { isMonth } from './period'
import { only } from './trail'

export function useChoice() {
  const route = useRoute()
  const router = useRouter()
  const month = (name: string) => computed(() => {
    const text = only(route.query[name])
    return isMonth(text) ? text : ''
  })
  const text = (name: string) => computed(() => only(route.query[name]).slice(0, 80))

  const [from, to, node, edition, gwp] = [month('from'), month('to'), text('node'), text('edition'), text('gwp')]
  /** The fields as the server takes them; an empty one asks for what it takes by default. */
  const query = computed(() => ({ from: from.value, to: to.value, node: node.value, edition: edition.value, gwp: gwp.value }))

  /** Changes some of it; a number that was open belonged to what was asked before. */
  function choose(more: Partial<typeof query.value>): void {
    const next: Record<string, string | undefined> = { ...query.value, ...more }
    for (const [k, v] of Object.entries(next)) if (!v) next[k] = undefined
    void router.replace({ query: { ...route.query, ...next, fig: undefined, at: undefined } })
  }
  return { from, to, node, edition, gwp, query, choose }
}
