import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { layoutOf, narrow, sizeOf, stageOf, type Layout, type Stage } from './layout'

/** The window the wall stands in, and how it stands there. */
export function useStage(): { layout: ComputedRef<Layout>; stage: ComputedRef<Stage>; page: ComputedRef<boolean> } {
  const route = useRoute()
  const window = ref({ width: innerWidth, height: innerHeight })
  const measure = () => (window.value = { width: innerWidth, height: innerHeight })
  onMounted(() => addEventListener('resize', measure))
  onBeforeUnmount(() => removeEventListener('resize', measure))

  const wanted = computed(() => sizeOf(String(route.query.wall ?? '')))
  const layout = computed(() => {
    const { width, height } = wanted.value ?? window.value
    return layoutOf(width, height)
  })
  const stage = computed(() => stageOf(layout.value, window.value.width, window.value.height, route.query.fit === 'fill'))
  const page = computed(() => !wanted.value && window.value.width < narrow)
  return { layout, stage, page }
}
