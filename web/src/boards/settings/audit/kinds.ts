import { i18n } from '@/i18n'

/** What is done here, as the book names it, in the order of the work. */
export const kinds: string[] = [
  'session.begin', 'session.refused', 'session.end', 'actor.put', 'password.set', 'totp.set', 'totp.remove', 'token.issue', 'token.revoke', 'site.put', 'device.put', 'device.remove',
  'filing.put', 'month.move', 'evidence.put', 'inventory.close', 'inventory.restate', 'sample.draw', 'finding.raise', 'finding.move', 'opinion.sign', 'factors.adopt', 'setting.put', 'import.start',
]

/** The name of a kind; one that has no name yet is told as the book writes it. */
export function kindName(kind: string): string {
  const key = 'audit.kinds.' + kind.replace(/[.-]/g, '_')
  return i18n.global.te(key, 'zh') ? i18n.global.t(key) : kind
}
