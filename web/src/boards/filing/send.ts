// Files that are handed in. XMLHttpRequest and not fetch, which does not tell how
// much of a file has left.
import { address, Offline, Problem } from '@/lib/api'

/** The largest file that is taken for evidence. */
export const mostBytes = 50 * 2 ** 20

/** Sends a form; told hears the share that has left. */
export function send<T>(path: string, fields: Record<string, string | File>, signal?: AbortSignal, told?: (share: number) => void): Promise<T> {
  const form = new FormData()
  // Short fields first: the server has read them when the file begins.
  for (const [name, v] of Object.entries(fields)) if (typeof v === 'string') form.append(name, v)
  for (const [name, v] of Object.entries(fields)) if (typeof v !== 'string') form.append(name, v, v.name)
  return new Promise((resolve, reject) => {
    const r = new XMLHttpRequest()
    r.open('POST', address(path))
    r.setRequestHeader('Accept', 'application/json')
    r.setRequestHeader('X-Lingtan', '1')
    r.upload.onprogress = (e) => e.lengthComputable && told?.(e.loaded / e.total)
    r.onload = () => (r.status < 300 ? resolve(JSON.parse(r.responseText) as T) : reject(problemOf(r)))
    r.onerror = () => reject(new Offline())
    r.onabort = () => reject(new DOMException('', 'AbortError'))
    signal?.addEventListener('abort', () => r.abort())
    r.send(form)
  })
}

function problemOf(r: XMLHttpRequest): Problem {
  try {
    const p = JSON.parse(r.responseText) as { code?: string; detail?: string; title?: string; request_id?: string; errors?: Problem['errors'] }
    return new Problem(r.status, p.code ?? '', p.detail ?? p.title ?? '', p.request_id ?? '', p.errors ?? [])
  } catch {
    return new Problem(r.status, '', '', r.getResponseHeader('X-Request-Id') ?? '')
  }
}
