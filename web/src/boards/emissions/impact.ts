// What inventories would be otherwise: asked for once, told line by line.
import type { Text } from '@/i18n'
import { ask } from '@/lib/api'
import type { Shift } from './compare'
import { Cutter } from './cutter'
import type { Outcome } from './inventory'

/** What is to be different; what is empty stays as it is. */
export interface Imagining {
  factor_set?: string
  table?: string
  gwp?: string
  edition?: string
}

export interface Impact {
  before: Outcome
  after: Outcome
  difference: string
  sources: Shift[]
  left?: string[]
}

/** One inventory, closed or open. */
export interface ImpactItem {
  id?: string
  period: string
  edition: string
  version?: number
  state: 'closed' | 'open'
  impact?: Impact
  /** Parameters left out. */
  lacking?: string[]
  problem?: Text
}

/** The months added up. */
export interface ImpactSum {
  months: number
  failed: number
  before: string
  after: string
  difference: string
}

interface Told {
  done: number
  total: number
  item?: ImpactItem
  sum?: ImpactSum
}

/** Asks, and hands out each inventory as it comes; it throws where the answer is not whole. */
export async function imagine(site: string, what: Imagining, signal: AbortSignal, tell: (t: Told) => void): Promise<void> {
  const answer = await ask(`/sites/${site}/factor-impact`, { method: 'POST', body: what, signal })
  const reader = answer.body!.getReader()
  const words = new TextDecoder()
  const cutter = new Cutter()
  let whole = false
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    for (const line of cutter.take(words.decode(value, { stream: true }))) {
      const told = JSON.parse(line) as Told
      whole ||= told.sum !== undefined
      tell(told)
    }
  }
  if (!whole) throw new Error('cut')
}
