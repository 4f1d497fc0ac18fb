// Which number is open, and how far it was followed: fig= names the figure, at=
// the inputs that were gone into, so that a link shows a colleague the same.
import { computed } from 'vue'
import { useRoute, useRouter, type LocationQueryValue } from 'vue-router'

/** The one value of an address parameter. */
export function only(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** Reads "0.2" as the steps 0 and 2; what is no number ends it. */
export function stepsOf(text: string): number[] {
  const out: number[] = []
  for (const part of text.split('.')) {
    if (!/^\d{1,4}$/.test(part)) break
    out.push(Number(part))
  }
  return out
}

/** Opens numbers and goes into them. Each step is one of the browser's, so that back leads back. */
export function useTrail() {
  const route = useRoute()
  const router = useRouter()
  const id = computed(() => only(route.query.fig))
  const steps = computed(() => stepsOf(only(route.query.at)))

  const go = (fig: string, at: number[]) => router.push({ query: { ...route.query, fig, at: at.length ? at.join('.') : undefined } })
  return {
    id, steps,
    open: (fig: string) => go(fig, []),
    into: (input: number) => go(id.value, [...steps.value, input]),
    backTo: (depth: number) => go(id.value, steps.value.slice(0, depth)),
    close: () => router.replace({ query: { ...route.query, fig: undefined, at: undefined } }),
  }
}
