import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ask, get, all } from './api'
import type { AccessDuty as Duty, Me as Told, MySession as Sitting, SiteCard, SiteRow as Site } from './schema'

export type { Duty, Sitting, Site, SiteCard }

/** Who is signed in, and what they may do at each mine; under "*" at every mine, under "" what belongs to none. */
export interface Me {
  id: string
  name: string
  duties: Duty[]
  may: Record<string, string[]>
  /** A second factor is set up. */
  totp: boolean
  /** The password was set by somebody else and opens nothing but its change. */
  once: boolean
  session?: Sitting
}

/** What opens a session: a name and a password, a demonstration's account, or a token. */
export type Key = { name: string; password: string; code?: string } | { demo: string } | { token: string }

/** Signed in with a one-time password: nothing opens before another one is chosen. */
export class Renewal extends Error {}

/** Asks who the cookie belongs to. */
export async function whoAmI(): Promise<Me> {
  const { actor, ...rest } = await get<Told>('/me')
  return { ...rest, ...actor, once: rest.once ?? false, totp: rest.totp ?? false }
}

/** Who is here, what they may do, and the mine they look at. */
export const useSession = defineStore('session', () => {
  const me = ref<Me>()
  /** Who came with a one-time password, and has to choose their own first. */
  const once = ref<Me>()
  const sites = ref<Site[]>([])
  const site = ref('')
  const card = ref<SiteCard>()

  const at = (place: string, action: string) => me.value?.may[place]?.includes(action) ?? false
  /** At the mine that is looked at; where there is none yet, nothing can be done at it. */
  const may = (action: string) => site.value !== '' && (at('*', action) || at(site.value, action))
  const mayPlatform = (action: string) => at('', action)
  const signedIn = computed(() => me.value !== undefined)

  /** Finds out who the cookie belongs to; it throws the server's problem. */
  async function open(): Promise<void> {
    const seen = all<Site>('/sites')
    seen.catch(() => undefined) // who is not signed in hears so below
    const who = await whoAmI()
    if (who.once) {
      once.value = who
      throw new Renewal()
    }
    once.value = undefined
    sites.value = await seen
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

  async function signIn(by: Key): Promise<void> {
    await ask('/session', { method: 'POST', body: by })
    await open()
  }

  async function signOut(): Promise<void> {
    await ask('/session', { method: 'DELETE' })
    me.value = undefined
    card.value = undefined
    once.value = undefined
  }

  return { me, once, sites, site, card, may, mayPlatform, signedIn, open, look, signIn, signOut }
})
