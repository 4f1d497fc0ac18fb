import { createPinia } from 'pinia'
import { createApp, watchEffect } from 'vue'
import App from './App.vue'
import { i18n, startLanguage } from './i18n'
import { router } from './router'
import './styles/tokens.css'
import './styles/base.css'

await startLanguage()
watchEffect(() => {
  const key = router.currentRoute.value.meta.title as string | undefined
  const name = i18n.global.t('app.name')
  document.title = key ? `${i18n.global.t(key)} · ${name}` : name
})
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
