import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from './en.json'
import zh from './zh-CN.json'

type Words = { [key: string]: string | Words }
const paths = (words: Words, at = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, v]) => (typeof v === 'string' ? [[at + key, v] as [string, string]] : paths(v, `${at}${key}.`)))
const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

describe('the words of both languages', () => {
  const [chinese, english] = [new Map(paths(zh)), new Map(paths(en))]

  it('are there for the same keys', () => {
    expect([...english.keys()].filter((k) => !chinese.has(k))).toEqual([])
    expect([...chinese.keys()].filter((k) => !english.has(k))).toEqual([])
  })

  it('leave the same gaps to be filled', () => {
    const differ = [...chinese].filter(([key, text]) => String([...new Set(gaps(text))]) !== String([...new Set(gaps(english.get(key) ?? ''))]))
    expect(differ.map(([key]) => key)).toEqual([])
  })

  it('can all be put into a sentence: @ and | mean something else there', () => {
    const { t } = createI18n({ legacy: false, locale: 'zh', messages: { zh, en } }).global
    for (const locale of ['zh', 'en'] as const) for (const [key, text] of locale === 'zh' ? chinese : english) {
      const filled = t(key, Object.fromEntries(gaps(text).map((g) => [g!, '1'])), { locale })
      expect(filled, key).not.toMatch(/\{\w+\}/)
    }
  })
})
