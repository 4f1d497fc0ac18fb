import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ask, get, all } from './api'
import type { Text } from '@/i18n'

/** What a person was made responsible for, and where: at a mine, or in a unit of it and below. */
export interface Duty {
  role: string
  /** A mine, or "*" for all of them and the platform. */
  site: string
  node?: string
}

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

/** A sign-in that goes on. */
export interface Sitting {
  id?: string
  began: string
  expires: string
  from: string
}

export interface Site {
  id: string
  version: number
  name?: Text
}

export interface SiteCard {
  id: string
  version: number
  name: Text
  entity: Text
  province: string
  zone: string
  mine: string
  grade: string
  capacity?: string
  orgs: { id: string; name: Text; parent?: string }[]
  sources: { id: string; name: Text; org: string; kind: string; item?: string }[]
  points: number
  gases: number
  plan_version: number
  editions: string[]
}

/** What opens a session: a name and a password, a demonstration's account, or a token. */
export type Key = { name: string; password: string; code?: string } | { demo: string } | { token: string }

/** Signed in with a one-time password: nothing opens before another one is chosen. */
export class Renewal extends Error {}

type Answer = Omit<Me, 'id' | 'name' | 'duties' | 'may'> & { actor: Pick<Me, 'id' | 'name' | 'duties'>; may: Me['may'] }

/** Asks who the cookie belongs to. */
export async function whoAmI(): Promise<Me> {
  const { actor, ...rest } = await get<Answer>('/me')
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
    const who = await whoAmI()
    if (who.once) {
      once.value = who
      throw new Renewal()
    }
    once.value = undefined
    sites.value = await all<Site>('/sites')
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
