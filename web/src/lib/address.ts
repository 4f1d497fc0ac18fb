// What a page of this board is asked for stands in its address, so that a link
// shows a colleague the same.
import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { only } from '@/lib/trail'

/** The address' parameters, as one changes them together. */
export function useAddress() {
  const route = useRoute()
  const router = useRouter()

  /** Puts parameters in; an empty one leaves. */
  const put = (change: Record<string, string>): void => {
    const query = { ...route.query }
    for (const [key, value] of Object.entries(change)) {
      if (value) query[key] = value
      else delete query[key]
    }
    void router.replace({ query })
  }
  const get = (key: string): string => only(route.query[key])
  const param = (key: string, otherwise = ''): WritableComputedRef<string> =>
    computed({ get: () => get(key) || otherwise, set: (v) => put({ [key]: v === otherwise ? '' : v }) })
  return { put, get, param }
}
