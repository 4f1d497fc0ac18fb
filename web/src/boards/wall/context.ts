import { inject, type InjectionKey, type Ref } from 'vue'
import type { Lang } from '@/lib/format'

/** What every panel of the wall knows. */
export interface Around {
  /** The server's clock, ms UTC, each second. */
  now: Readonly<Ref<number>>
  lang: Readonly<Ref<Lang>>
  zone: Readonly<Ref<string | undefined>>
  /** It is a page that scrolls, on a phone. */
  page: Readonly<Ref<boolean>>
  /** The link is lost: what is shown may no longer be so. */
  lost: Readonly<Ref<boolean>>
}

export const around: InjectionKey<Around> = Symbol('wall')

export const useAround = (): Around => inject(around)!
