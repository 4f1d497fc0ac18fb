// By what ways one may sign in here, and what is said when a way is closed.
import type { Text } from '@/i18n'
import { Problem } from '@/lib/api'

/** What the server offers before anybody has signed in. */
export interface Ways {
  /** There is no administrator yet: the first one is made with the key on the server's console. */
  first_start: boolean
  oidc: { id: string; title: Text }[] | null
  /** Accounts of the demonstration; nowhere else. */
  demo: { id: string; name: string; role: string; title: Text; password?: string }[] | null
}

/** Why a sign-in was refused, as the page acts on it. */
export type Refusal = 'refused' | 'code_needed' | 'code_wrong' | 'locked' | 'other'

export function refusalOf(e: unknown): Refusal {
  if (!(e instanceof Problem)) return 'other'
  if (e.status === 429) return 'locked'
  if (e.code === 'code_needed' || e.code === 'code_wrong') return e.code
  return e.status === 401 ? 'refused' : 'other'
}

/** A way back inside the page, never out of it. */
export function wayBack(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : ''
}

/** Tells so many seconds as minutes and seconds, "4:05". */
export function clockText(seconds: number): string {
  const s = Math.max(0, Math.ceil(seconds))
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
}
