// A file on its way: told as it comes, given up when nobody waits for it any more.
import { ask } from './api'
import { save } from './export'

/** Fetches a file and hands it to the reader. The server does not always know its length: then it is 0. */
export async function download(path: string, query: Record<string, string>, name: string, signal: AbortSignal, tell: (bytes: number, of: number) => void): Promise<void> {
  const answer = await ask(path, { query, signal })
  const packed = answer.headers.has('Content-Encoding')
  const of = packed ? 0 : Number(answer.headers.get('Content-Length') ?? 0)
  const parts: BlobPart[] = []
  let bytes = 0
  const reader = answer.body!.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    bytes += value.length
    tell(bytes, of)
  }
  save(name, new Blob(parts, { type: answer.headers.get('Content-Type') ?? '' }))
}
