// The year and the unit of the organisation, as the address keeps them.
import { computed } from 'vue'
import { dayOf } from '@/lib/clock'
import { useQuery } from '@/lib/query'
import { useSession } from '@/lib/session'
import { useAddress } from '@/lib/address'
import { forms } from './door'

export function useYear() {
  const session = useSession()
  const { get, put } = useAddress()
  const today = computed(() => dayOf(new Date().toISOString(), session.card?.zone))
  const year = computed(() => (/^\d{4}$/.test(get('year')) ? get('year') : today.value.slice(0, 4)))
  const node = computed(() => get('node').slice(0, 80))
  const list = useQuery(() => `forms/${session.site}/${year.value}`, (signal) => forms(session.site, year.value, signal))
  const nodes = computed(() => [...new Map((list.data.value ?? []).map((f) => [f.node, { id: f.node, title: f.title }])).values()])
  return { year, node, today, list, nodes, get, put }
}
