import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** The time of this machine, told anew every so often: ages grow while nobody moves. */
export function useNow(everyMS = 5000): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), everyMS)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}

/** Asks again every so often while the page is looked at. */
export function useAgain(again: () => Promise<void>, everyMS: number): void {
  const timer = setInterval(() => document.visibilityState === 'visible' && void again(), everyMS)
  onScopeDispose(() => clearInterval(timer))
}
