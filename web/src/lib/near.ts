import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** After this long what is out of sight is drawn as well, so that it can be printed and found. */
const anywayMS = 1500

/** Tells when an element comes near the sight of the reader: what is seen is drawn first. */
export function useNear(element: Ref<Element | null>): Ref<boolean> {
  const near = ref(false)
  let watching: IntersectionObserver | undefined
  let timer = 0
  const now = () => {
    near.value = true
    watching?.disconnect()
    clearTimeout(timer)
  }
  onMounted(() => {
    watching = new IntersectionObserver((all) => all.some((e) => e.isIntersecting) && now(), { rootMargin: '120px' })
    if (element.value) watching.observe(element.value)
    timer = window.setTimeout(now, anywayMS)
  })
  onBeforeUnmount(() => {
    watching?.disconnect()
    clearTimeout(timer)
  })
  return near
}
