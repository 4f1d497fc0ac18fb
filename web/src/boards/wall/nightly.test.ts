import { describe, expect, it } from 'vitest'
import { minuteOfDay, Nightly } from './nightly'

const at = (time: string) => Date.parse(`2025-06-01T${time}:00+08:00`)
const zone = 'Asia/Shanghai'

function wall() {
  const seen = { build: 'one', offline: false, reloads: 0 }
  const nightly = new Nightly(async () => {
    if (seen.offline) throw new Error('offline')
    return seen.build
  }, () => seen.reloads++)
  return { seen, at: (time: string) => nightly.minute(at(time), zone) }
}

describe('the nightly reload', () => {
  it('waits for ten past four on the mine\u2019s clock, and for a new build', async () => {
    const { seen, at } = wall()
    await at('12:00')
    await at('04:10')
    expect(seen.reloads).toBe(0)
    seen.build = 'two'
    for (const time of ['04:09', '05:00', '16:10']) await at(time)
    expect(seen.reloads).toBe(0)
    await at('04:10')
    expect(seen.reloads).toBe(1)
  })
  it('never reloads while the server is out of reach, and does when it is back', async () => {
    const { seen, at } = wall()
    await at('12:00')
    Object.assign(seen, { build: 'two', offline: true })
    await at('04:10')
    await at('04:30')
    expect(seen.reloads).toBe(0)
    seen.offline = false
    await at('04:31')
    expect(seen.reloads).toBe(1)
  })
  it('does not take the first build it learns of for a new one', async () => {
    const { seen, at } = wall()
    seen.offline = true
    await at('04:10')
    seen.offline = false
    await at('04:11')
    expect(seen.reloads).toBe(0)
  })
  it('reads the mine\u2019s clock', () => expect(minuteOfDay(at('04:10'), zone)).toBe(250))
})
