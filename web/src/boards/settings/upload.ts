// Files that are handed in. XMLHttpRequest and not fetch, which does not tell
// how much of a file has left.
import { address, Offline, Problem } from '@/lib/api'
import type { Problem as Told } from '@/lib/schema'

/** The longest file that the server takes by this way. */
export const mostBytes = 256 * 2 ** 20
/** As much of a text as a suggestion looks at. */
const glanced = 256 * 1024

export interface Handed {
  file: Blob
  name: string
  mapping?: string
  force?: boolean
}

/** Sends a form; told hears the share that has left. */
export function hand<T>(path: string, what: Handed, signal?: AbortSignal, told?: (share: number) => void): Promise<T> {
  const form = new FormData()
  // Short fields first: the server has read them when the file begins.
  if (what.mapping !== undefined) form.append('mapping', what.mapping)
  if (what.force) form.append('force', 'true')
  form.append('file', what.file, what.name)
  return new Promise((resolve, reject) => {
    const r = new XMLHttpRequest()
    r.open('POST', address(path))
    r.setRequestHeader('Accept', 'application/json')
    r.setRequestHeader('X-Lingtan', '1')
    r.responseType = 'text'
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
    const p = JSON.parse(r.responseText) as Partial<Told>
    return new Problem(r.status, p.code ?? '', p.detail ?? p.title ?? '', p.request_id ?? '', p.errors ?? [])
  } catch {
    return new Problem(r.status, '', '', r.getResponseHeader('X-Request-Id') ?? '')
  }
}

/** What a suggestion needs of a file: of a text its beginning, of a workbook all of it. */
export async function beginning(file: File): Promise<Blob> {
  const first = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  const packed = (first[0] === 0x50 && first[1] === 0x4b) || String.fromCharCode(...first) === 'PAR1'
  return packed ? file : file.slice(0, glanced)
}
