import { watch } from 'vue'
import { useRouter } from 'vue-router'

/** Fetches the files of the page behind a link that the reader will likely follow, so that the click waits for its figures alone. */
export function useAhead(place: () => string | undefined): void {
  const router = useRouter()
  watch(place, (to) => {
    for (const { components } of to ? router.resolve(to).matched : []) {
      const page = components?.default
      if (typeof page === 'function') (page as () => Promise<unknown>)().catch(() => undefined) // the click itself asks again, and tells
    }
  }, { immediate: true })
}
