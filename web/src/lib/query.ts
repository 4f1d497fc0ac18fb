import { onScopeDispose, ref, shallowRef, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'

/** What a page shows of something that it asked for. */
export interface Query<T> {
  data: Ref<T | undefined>
  error: Ref<Error | undefined>
  /** A request is under way; what was there before stays until it ends. */
  busy: Ref<boolean>
  again: () => Promise<void>
}

const kept = new Map<string, unknown>()
const most = 60

function keep(key: string, value: unknown): void {
  kept.delete(key)
  kept.set(key, value)
  if (kept.size > most) kept.delete(kept.keys().next().value as string)
}

/** Forgets what was asked for under keys that begin so: it has changed. */
export function forget(prefix: string): void {
  for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key)
}

/**
 * Asks for something under a key, and again whenever the key changes; an empty
 * key asks for nothing. An answer that comes after the key has changed is thrown
 * away, and the last answer of a key is shown while a new one is on its way.
 */
export function useQuery<T>(key: MaybeRefOrGetter<string>, fetcher: (signal: AbortSignal) => Promise<T>): Query<T> {
  const data = shallowRef<T>()
  const error = shallowRef<Error>()
  const busy = ref(false)
  let under: AbortController | undefined

  async function run(k: string): Promise<void> {
    under?.abort()
    if (!k) return
    const mine = (under = new AbortController())
    if (kept.has(k)) data.value = kept.get(k) as T
    busy.value = true
    try {
      const value = await fetcher(mine.signal)
      if (mine.signal.aborted) return
      keep(k, value)
      data.value = value
      error.value = undefined
    } catch (e) {
      if (!mine.signal.aborted) error.value = e as Error
    } finally {
      if (under === mine) busy.value = false
    }
  }

  watch(() => toValue(key), (k) => void run(k), { immediate: true })
  onScopeDispose(() => under?.abort())
  return { data, error, busy, again: () => run(toValue(key)) }
}
