import { createI18n } from 'vue-i18n'
import type { Lang } from '@/lib/format'
import { speak } from '@/lib/api'
import type { LangText } from '@/lib/schema'
import { remember } from '@/lib/theme'
import zh from './zh-CN.json'

/** A text of the server, in the readers' languages. */
export type Text = LangText

export const i18n = createI18n({
  legacy: false,
  locale: 'zh',
  fallbackLocale: 'zh',
  messages: { zh } as Record<Lang, typeof zh>,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: import.meta.env.DEV,
})

/** The language in use. */
export const language = (): Lang => i18n.global.locale.value as Lang

/** Changes the language of the page and of what the server answers. */
export async function setLanguage(lang: Lang): Promise<void> {
  if (lang === 'en' && !i18n.global.availableLocales.includes('en')) {
    i18n.global.setLocaleMessage('en', (await import('./en.json')).default)
  }
  i18n.global.locale.value = lang
  document.documentElement.lang = lang === 'en' ? 'en' : 'zh-CN'
  speak(lang)
  remember('lang', lang)
}

/** Puts the language on that was chosen last. */
export const startLanguage = (): Promise<void> => setLanguage(document.documentElement.lang === 'en' ? 'en' : 'zh')

/** Reads a text of the server in the language in use. */
export const say = (t: Text | undefined): string => (t ? (language() === 'en' ? t.en : t.zh) || t.zh || t.en : '')
