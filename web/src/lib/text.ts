import type { Text } from '@/i18n'
import type { Lang } from './format'

/** Reads a text of the server in a language, without asking which is in use: what is pure takes it as an argument. */
export const textIn = (t: Text | undefined, lang: Lang): string => (t ? t[lang] || t.zh || t.en : '')
