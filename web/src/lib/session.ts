import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ask, get, all } from './api'
import type { Me, SiteCard, SiteVersion } from './schema'

/** Who is here, what they may do, and the mine they look at. */
export const useSession = defineStore('session', () => {
  const me = ref<Me>()
  const sites = ref<SiteVersion[]>([])
  const site = ref('')
  const card = ref<SiteCard>()

  const may = (action: string) => me.value?.may.includes(action) ?? false
  const signedIn = computed(() => me.value !== undefined)

  /** Finds out who the cookie belongs to; it throws the server's problem. */
  async function open(): Promise<void> {
    const who = await get<Me>('/me')
    sites.value = await all<SiteVersion>('/sites')
    const known = sites.value.some((s) => s.id === site.value)
    if (!known) site.value = sites.value[0]?.id ?? ''
    if (site.value) card.value = await get<SiteCard>(`/sites/${site.value}`)
    me.value = who // last: pages that wait for somebody need the mine as well
  }

  async function look(at: string): Promise<void> {
    if (at === site.value && card.value) return
    site.value = at
    card.value = await get<SiteCard>(`/sites/${at}`)
  }

  async function signIn(token: string): Promise<void> {
    await ask('/session', { method: 'POST', body: { token } })
    await open()
  }

  async function signOut(): Promise<void> {
    await ask('/session', { method: 'DELETE' })
    me.value = undefined
    card.value = undefined
  }

  return { me, sites, site, card, may, signedIn, open, look, signIn, signOut }
})
