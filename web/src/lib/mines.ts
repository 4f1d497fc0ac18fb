import { computed } from 'vue'
import { say } from '@/i18n'
import { get } from './api'
import { useQuery } from './query'
import { useSession, type SiteCard } from './session'

/** The mines that are seen from here, by their names; until those have come, by their ids. */
export function useMines() {
  const session = useSession()
  const ids = computed(() => session.sites.map((s) => s.id))
  const cards = useQuery(() => (ids.value.length ? 'mines ' + ids.value.join(' ') : ''), (signal) => Promise.all(ids.value.map((id) => get<SiteCard>(`/sites/${id}`, {}, signal))))
  const nameOf = (id: string): string => {
    const card = id === session.site ? session.card : cards.data.value?.find((c) => c.id === id)
    return say(card?.name) || id
  }
  return { ids, nameOf, mines: computed(() => ids.value.map((id) => ({ id, name: nameOf(id) }))) }
}
