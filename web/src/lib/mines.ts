import { computed } from 'vue'
import { say } from '@/i18n'
import { useSession } from './session'

/** The mines that are seen from here, by their names. */
export function useMines() {
  const session = useSession()
  const mines = computed(() => session.sites.map((s) => ({ id: s.id, name: say(s.name) || s.id })))
  const nameOf = (id: string): string => mines.value.find((m) => m.id === id)?.name ?? id
  return { mines, nameOf }
}
