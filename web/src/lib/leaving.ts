import { onScopeDispose, watch, type Ref } from 'vue'

/** Lets the browser ask before it closes a page with something unsaved. */
export function useLeaving(unsaved: Readonly<Ref<boolean>>): void {
  const ask = (e: BeforeUnloadEvent) => e.preventDefault()
  watch(unsaved, (now) => now ? addEventListener('beforeunload', ask) : removeEventListener('beforeunload', ask), { immediate: true })
  onScopeDispose(() => removeEventListener('beforeunload', ask))
}
