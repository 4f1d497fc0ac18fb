import type { Text } from '@/i18n'
import type { Check } from '@/lib/live'
import type { AlarmAlarm as Alarm, Device } from '@/lib/schema'
import type { Happening } from './types'

/** The server keeps as many; the wall shows what it has room for. */
const most = 40

/** As the board tells an alarm: what is wrong, and with what. */
const titleOf = (a: Pick<Alarm, 'name' | 'about'>): Text => (a.about.zh || a.about.en ? { zh: `${a.name.zh} · ${a.about.zh}`, en: `${a.name.en} · ${a.about.en}` } : a.name)

export const ofAlarm = (a: Pick<Alarm, 'id' | 'subject' | 'severity' | 'name' | 'about' | 'says' | 'state' | 'raised_at' | 'acknowledged_at' | 'cleared_at'>): Happening => ({
  id: 'alarm:' + a.id, kind: 'alarm', severity: a.severity, state: a.state, title: titleOf(a), text: a.says, subject: a.subject,
  at: (a.state === 'cleared' && a.cleared_at) || (a.state === 'acknowledged' && a.acknowledged_at) || a.raised_at,
})

export const ofDevice = (d: Pick<Device, 'device' | 'name' | 'protocol' | 'state' | 'since'>): Happening => ({
  id: 'device:' + d.device, kind: 'device', severity: d.state === 'up' ? 'note' : 'warning', state: d.state, at: d.since, subject: d.device,
  title: d.name, text: { zh: d.protocol, en: d.protocol },
})

/** Checks that exceed their tolerance in the stretch by which they are judged; words tells the deviation and what is allowed. */
export function ofChecks(checks: Check[], words: (off: number, allowed: number) => Text): Happening[] {
  return checks.flatMap((c) => {
    const v = c.over === 'day' ? c.today : c.hour
    if (!v.covered || !v.exceeds || v.share === null) return []
    return [{
      id: 'check:' + c.id, kind: 'check', severity: 'warning', state: 'raised', at: new Date(v.to).toISOString(), subject: c.id, title: c.name,
      text: words(v.share, c.tolerance_share),
    } satisfies Happening]
  })
}

/** What an event is about: a device's next state takes the place of the one before. */
const keyOf = (h: Happening) => (h.kind === 'device' ? 'device:' + (h.subject ?? h.id) : h.id)

/** Puts lists together, the newest of what is the same, newest first, and no more than there is use for. */
export function merge(...lists: Happening[][]): Happening[] {
  const by = new Map<string, Happening>()
  for (const h of lists.flat()) {
    const had = by.get(keyOf(h))
    if (!had || Date.parse(h.at) >= Date.parse(had.at)) by.set(keyOf(h), h)
  }
  return [...by.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, most)
}

/** The verdict that an event is shown with: its colour and its word. */
export function verdictOf(h: Happening): { tone: 'good' | 'warn' | 'bad' | 'info'; word: string } {
  if (h.kind === 'device') {
    if (h.state === 'up') return { tone: 'good', word: 'up' }
    return h.state === 'connecting' ? { tone: 'info', word: 'connecting' } : { tone: 'bad', word: h.state }
  }
  if (h.state === 'cleared') return { tone: 'good', word: 'cleared' }
  if (h.kind === 'alarm' && h.state === 'acknowledged') return { tone: 'warn', word: 'acknowledged' }
  switch (h.severity) {
    case 'severe': return { tone: 'bad', word: 'severe' }
    case 'warning': return { tone: 'warn', word: 'warning' }
  }
  return { tone: 'info', word: 'note' }
}
