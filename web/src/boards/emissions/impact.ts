// What inventories would be otherwise: asked for once, told line by line.
import { ask } from '@/lib/api'
import type { Imagined, Imagining } from '@/lib/schema'
import { Cutter } from './cutter'

export type { Imagining, ImpactItem, ImpactSum } from '@/lib/schema'

/** Asks, and hands out each inventory as it comes; it throws where the answer is not whole. */
export async function imagine(site: string, what: Imagining, signal: AbortSignal, tell: (t: Imagined) => void): Promise<void> {
  const answer = await ask(`/sites/${site}/factor-impact`, { method: 'POST', body: what, signal })
  const reader = answer.body!.getReader()
  const words = new TextDecoder()
  const cutter = new Cutter()
  let whole = false
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    for (const line of cutter.take(words.decode(value, { stream: true }))) {
      const told = JSON.parse(line) as Imagined
      whole ||= told.sum !== undefined
      tell(told)
    }
  }
  if (!whole) throw new Error('cut')
}
