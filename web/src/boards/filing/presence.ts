// Who is in which cell, as the stream tells; somebody who is not heard of for a
// while has left.
import { onScopeDispose, shallowRef, type Ref } from 'vue'
import type { Stream } from '@/lib/stream'

export interface Present {
  by: string
  name: string
  row: string
  month: string
  until: number
}

/** A sign of life as the server tells it. */
export interface Sign {
  by: string
  name?: string
  row: string
  month: string
}

/** How long somebody counts as present after a sign of life. */
export const staysMS = 30_000

/** The people after a sign of life of one of them; who is in no cell has left. */
export function heard(list: Present[], p: Omit<Present, 'until'>, now: number): Present[] {
  const rest = list.filter((x) => x.by !== p.by && x.until > now)
  return p.row ? [...rest, { ...p, until: now + staysMS }] : rest
}

/** Those who are here beside the reader. */
export function usePresence(stream: Stream, me: () => string): { present: Readonly<Ref<Present[]>>; meet: (all: Sign[]) => void } {
  const list = shallowRef<Present[]>([])
  const meet = (all: Sign[]): void => {
    for (const p of all) if (p.by !== me()) list.value = heard(list.value, { by: p.by, name: p.name || p.by, row: p.row, month: p.month }, Date.now())
  }
  const off = stream.on('presence', (p: Sign) => meet([p]))
  const sweep = setInterval(() => {
    const now = Date.now()
    if (list.value.some((p) => p.until <= now)) list.value = list.value.filter((p) => p.until > now)
  }, 5000)
  onScopeDispose(() => {
    off()
    clearInterval(sweep)
  })
  return { present: list, meet }
}
