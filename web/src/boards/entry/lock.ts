import { onScopeDispose, readonly, ref } from 'vue'

/** Counts down how long an account stays locked after too many wrong passwords. */
export function useLock() {
  const left = ref(0)
  let ends = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    left.value = Math.max(0, Math.ceil((ends - Date.now()) / 1000))
    if (left.value === 0) clearInterval(timer)
  }
  function until(seconds: number): void {
    ends = Date.now() + seconds * 1000
    clearInterval(timer)
    timer = setInterval(tick, 500)
    tick()
  }
  onScopeDispose(() => clearInterval(timer))
  return { left: readonly(left), until }
}
