// What a page of this board is asked for stands in its address, so that a link
// shows a colleague the same.
import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { only } from '@/lib/trail'

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
  const param = (key: string): WritableComputedRef<string> => computed({ get: () => only(route.query[key]), set: (v) => put({ [key]: v }) })
  return { put, param }
}
