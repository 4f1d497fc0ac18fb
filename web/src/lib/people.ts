// People, their duties, their tokens and their sign-ins, as the server tells them.
import { ask, get, type Page } from './api'
import type { AccessToken as Token, IssuedToken as Made, PersonCard as Person, RoleCard as Role, SessionCard as SittingRow } from './schema'
import type { Duty } from './session'

export type { Made, Person, Role, SittingRow, Token }

const enc = encodeURIComponent

/** Everybody there is, page by page. */
export async function allPeople(signal?: AbortSignal): Promise<Person[]> {
  const rows: Person[] = []
  let after = ''
  do {
    const page = await get<Page<Person>>('/people', { limit: 1000, after }, signal)
    rows.push(...page.items)
    after = page.next ?? ''
  } while (after)
  return rows
}

/** Somebody's tokens, and with "*" those of all. */
export const allTokens = (actor: string, signal?: AbortSignal) => listOf<Token>('/tokens', signal, { actor })
export const allRoles = (signal?: AbortSignal) => listOf<Role>('/roles', signal)
export const sittingsOf = (id: string, signal?: AbortSignal) => listOf<SittingRow>(`/people/${enc(id)}/sessions`, signal)

export const putPerson = (p: Pick<Person, 'id' | 'name' | 'email' | 'subject' | 'duties' | 'active'>) =>
  ask('/people/' + enc(p.id), { method: 'PUT', body: { name: p.name, email: p.email ?? '', subject: p.subject, duties: p.duties, active: p.active } })
export const oncePassword = async (id: string) => ((await (await ask(`/people/${enc(id)}/password`, { method: 'POST' })).json()) as { once: string }).once
export const dropTotp = (id: string) => ask(`/people/${enc(id)}/totp`, { method: 'DELETE' })
export const endSittings = (id: string) => ask(`/people/${enc(id)}/sessions`, { method: 'DELETE' })
export const revoke = (token: string) => ask('/tokens/' + enc(token), { method: 'DELETE' })
export const makeToken = async (body: { actor: string; name: string; life_days: number; actions?: string[]; sites?: string[] }) =>
  (await (await ask('/tokens', { method: 'POST', body })).json()) as Made

/** Some lists come as they are, some in pages. */
async function listOf<T>(path: string, signal?: AbortSignal, query = {}): Promise<T[]> {
  const answer = await get<T[] | { items: T[] }>(path, query, signal)
  return Array.isArray(answer) ? answer : answer.items
}

/** Roles that only look or only hand in: their tokens are issued by an administrator, all others' by themselves. */
const silent = ['gateway', 'dispatcher', 'viewer']

/** Whom an administrator may issue a token for: nobody gets one to act as another person. */
export const issuable = (p: Pick<Person, 'id' | 'active' | 'duties'>, me: string): boolean => p.active && (p.id === me || p.duties.every((d) => silent.includes(d.role)))

/** How a token stands at an instant. */
export type TokenState = 'good' | 'soon' | 'expired' | 'revoked'
const soonMS = 14 * 86_400_000

export function stateOf(token: Pick<Token, 'expires' | 'revoked'>, now: number): TokenState {
  if (token.revoked) return 'revoked'
  const left = Date.parse(token.expires) - now
  return left <= 0 ? 'expired' : left < soonMS ? 'soon' : 'good'
}

/** A duty in words, by the names of roles and mines: the role, the mine, the unit. */
export function dutyText(d: Duty, roles: Map<string, string>, sites: Map<string, string>, everywhere: string): string {
  const place = d.site === '*' ? everywhere : (sites.get(d.site) ?? d.site)
  return [roles.get(d.role) ?? d.role, place, d.node].filter(Boolean).join(' · ')
}
