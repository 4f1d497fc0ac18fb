// Every request to the server goes through here: the address below a portal's
// path, the session's cookie, the header that a foreign page cannot send, and
// errors as the server tells them.
import type { Complaint, Problem as Told } from './schema'

/** The path that the page is served under, with a slash at the end; the server tells it by the page's base. */
export const root = import.meta.env.DEV ? '/' : new URL('.', document.baseURI).pathname

/** A problem as the server tells it (RFC 9457), in the reader's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly id: string,
    readonly errors: Complaint[] = [],
    /** After so many seconds it may be tried again; 0 where the server does not say. */
    readonly retryS = 0,
    /** What a kind of problem tells beside the rest, such as the value that stands now. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
  }
}

/** Nobody answered: the network, or the server is down. */
export class Offline extends Error {}

let lang = 'zh'

/** Sets the language that the server answers in. */
export function speak(next: string): void {
  lang = next
}

export interface Ask {
  method?: string
  body?: unknown
  /** A body that is sent as it is, with its type. */
  raw?: { type: string; data: BodyInit }
  query?: Record<string, string | number | boolean | undefined | string[]>
  signal?: AbortSignal
}

/** What is there before anybody has signed in stands beside /api/v1. */
const gate = /^\/(session|first-start|oidc)(\/|$)/

/** The full path of a request: below /api/v1, or at the gate. */
export function address(path: string, query: Ask['query'] = {}): string {
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    for (const v of Array.isArray(value) ? value : [value]) if (v !== undefined && v !== '') q.append(key, String(v))
  }
  if (!q.has('lang')) q.set('lang', lang)
  return `${root}${gate.test(path) ? path.slice(1) : 'api/v1' + path}?${q}`
}

/** Asks the server and gives the raw answer; it throws a Problem or Offline. */
export async function ask(path: string, a: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Lingtan': '1' }
  let body: BodyInit | undefined
  if (a.raw) {
    headers['Content-Type'] = a.raw.type
    body = a.raw.data
  } else if (a.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(a.body)
  }
  let answer: Response
  try {
    const init: RequestInit = { method: a.method ?? 'GET', headers, credentials: 'same-origin' }
    if (body !== undefined) init.body = body
    if (a.signal) init.signal = a.signal
    answer = await fetch(address(path, a.query), init)
  } catch (e) {
    if (a.signal?.aborted) throw e
    throw new Offline()
  }
  if (answer.ok) return answer
  const problem = await problemOf(answer)
  if (problem.code === 'unauthorized' && !gate.test(path)) ended()
  throw problem
}

let ended: () => void = () => undefined

/** Says what to do when the session has ended while somebody works: it ran out, or was closed elsewhere. */
export function whenEnded(act: () => void): void {
  ended = act
}

async function problemOf(answer: Response): Promise<Problem> {
  const id = answer.headers.get('X-Request-Id') ?? ''
  const retry = Number(answer.headers.get('Retry-After')) || 0
  try {
    const p = (await answer.json()) as Partial<Told>
    return new Problem(answer.status, p.code ?? '', p.detail ?? p.title ?? '', p.request_id ?? id, p.errors ?? [], retry, p as Record<string, unknown>)
  } catch {
    return new Problem(answer.status, '', '', id, [], retry)
  }
}

/** Asks for JSON. */
export async function get<T>(path: string, query?: Ask['query'], signal?: AbortSignal): Promise<T> {
  const a: Ask = {}
  if (query) a.query = query
  if (signal) a.signal = signal
  return (await ask(path, a)).json() as Promise<T>
}

/** A page of a list. */
export interface Page<T> {
  items: T[]
  next?: string
}

/** Asks for all pages of a list, at most so many rows. */
export async function all<T>(path: string, query: Ask['query'] = {}, most = 5000, signal?: AbortSignal): Promise<T[]> {
  const rows: T[] = []
  let cursor = ''
  do {
    const page = await get<Page<T>>(path, { ...query, limit: 1000, cursor }, signal)
    rows.push(...page.items)
    cursor = page.next ?? ''
  } while (cursor && rows.length < most)
  return rows
}
