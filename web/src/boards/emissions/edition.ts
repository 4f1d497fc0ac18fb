// The editions of standards, for what their kinds, fields and totals are called.
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { useI18n } from 'vue-i18n'
import { say } from '@/i18n'
import { get, type Page } from '@/lib/api'
import { useQuery } from '@/lib/query'
import type { EditionCard, EditionHead, GWPSet } from '@/lib/schema'
import { useSession } from '@/lib/session'
import type { LineRow } from './inventory'

/** The editions there are. */
export const useEditions = () => useQuery('editions', (signal) => whole<EditionHead>('/editions', signal))

/** The sets of global warming potentials. */
export const useGWPs = () => useQuery('gwps', (signal) => whole<GWPSet>('/gwps', signal))

/** A short list that the server does not cut into pages. */
export const whole = async <T>(path: string, signal: AbortSignal): Promise<T[]> => (await get<Page<T>>(path, {}, signal)).items

/** What an edition calls its kinds and their fields. */
export function useNames(edition: MaybeRefOrGetter<string>) {
  const session = useSession()
  const { t } = useI18n()
  const card = useQuery<EditionCard>(() => (toValue(edition) ? 'edition ' + toValue(edition) : ''), (signal) => get(`/editions/${toValue(edition)}`, {}, signal))
  const kinds = computed(() => new Map((card.data.value?.kinds ?? []).map((k) => [k.name, k])))
  const kindOf = (source: string) => kinds.value.get(session.card?.sources.find((s) => s.id === source)?.kind ?? '')

  /** The kind of activity that a source is, as the standard calls it. */
  const kind = (source: string): string => say(kindOf(source)?.title) || source
  /** What a line is of: its kind, and on which basis where there are two. */
  const category = (l: Pick<LineRow, 'source' | 'category' | 'basis'>): string =>
    (say(kindOf(l.source)?.title) || l.category) + (['market', 'memo'].includes(l.basis) ? ` · ${t('emissions.basis.' + l.basis)}` : '')
  /** A field of a source's kind. */
  const field = (source: string, name: string): string => say(kindOf(source)?.fields.find((f) => f.name === name)?.title) || name
  return { card, title: computed(() => say(card.data.value?.title) || toValue(edition)), kind, category, field }
}
