// What somebody is writing about a cell and has not sent waits at that cell,
// wherever they look meanwhile.
import { reactive } from 'vue'
import { keyOf } from './types'

export interface Words {
  comment: string
  giveBack: string
  /** By the rule that they explain. */
  reasons: Record<string, string>
}

/** The words at each cell of a sheet. */
export class Wordbook {
  private readonly at = new Map<string, Words>()

  of(row: string, month: string): Words {
    const key = keyOf(row, month)
    const held = this.at.get(key) ?? reactive<Words>({ comment: '', giveBack: '', reasons: {} })
    this.at.set(key, held)
    return held
  }
}
