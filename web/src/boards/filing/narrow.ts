import { onScopeDispose, ref, type Ref } from 'vue'

/** A screen without room for months beside each other: a list takes the sheet's place. */
const narrowest = '(max-width: 760px)'

export function useNarrow(): Readonly<Ref<boolean>> {
  const media = matchMedia(narrowest)
  const narrow = ref(media.matches)
  const look = () => (narrow.value = media.matches)
  media.addEventListener('change', look)
  onScopeDispose(() => media.removeEventListener('change', look))
  return narrow
}
