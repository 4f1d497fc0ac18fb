// The stories that are walked through, in order.
import { statSync } from 'node:fs'
import { sizes } from './house.mjs'
import { month } from './month.mjs'

const boards = [
  'overview', 'filing', 'filing/grid', 'filing/evidence', 'emissions', 'emissions/verifications', 'saving', 'supply', 'assets',
  'settings', 'settings/people', 'settings/people/demo-filler', 'settings/roles', 'settings/tokens', 'settings/audit', 'account',
]

async function strangers(house) {
  const page = await house.page()
  page.removeAllListeners('console') // the browser itself calls a 401 an error
  await page.goto(house.url + '/overview')
  await page.fill('input[autocomplete=username]', 'demo-viewer')
  await page.fill('input[type=password]', 'nonsense nonsense')
  await page.click('.go')
  await page.waitForFunction(() => document.querySelector('#entry-said')?.textContent)
  house.check(await page.isVisible('input[type=password]'), 'a stranger stays outside')
  await house.axe(page, 'the sign-in page')
  await house.shot(page, 'sign-in')
  await page.context().close()
}

/** Every board in both languages, at three sizes, light and dark. */
async function walk(house) {
  for (const size of Object.keys(sizes)) {
    const page = await house.page(size)
    await house.signIn(page, 'administrator')
    for (const lang of ['zh', 'en']) {
      await house.language(page, lang)
      for (const board of boards) {
        await page.goto(`${house.url}/${board}`)
        await page.waitForSelector('main h1')
        await house.settled(page)
        await house.shot(page, `${board.replaceAll('/', '-')}-${lang}-${size}`)
        await house.fits(page, `${board} ${lang} ${size}`)
        if (size === 'desk') await house.axe(page, `${board} ${lang}`)
        const text = await page.innerText('main')
        house.check(!/\bNaN\b|undefined|\[object/.test(text), `${board} ${lang} shows no nonsense`)
      }
    }
    await page.context().close()
  }
  const dark = await house.page('desk')
  await house.signIn(dark, 'administrator')
  await house.theme(dark, 'dark')
  for (const board of ['overview', 'filing/grid', 'emissions', 'settings/audit']) {
    await dark.goto(`${house.url}/${board}`)
    await house.settled(dark)
    await house.shot(dark, `${board.replaceAll('/', '-')}-dark`)
    await house.axe(dark, `${board} dark`)
  }
  await dark.context().close()
}

/** From a tile to the rows of a meter: tile, card, day. */
async function drill(house) {
  const page = await house.page('desk')
  await house.signIn(page, 'reviewer')
  await house.settled(page)
  await page.click('.hero .big')
  const line = page.locator('dialog.drawer tbody a').first()
  await line.waitFor()
  await house.shot(page, 'drill-1-source')
  await line.click()
  await page.waitForSelector('.card-page .main')
  await house.settled(page)
  house.check(page.url().includes('/emissions/card'), 'a line opens its calculation card')
  await house.shot(page, 'drill-2-card')
  await house.axe(page, 'the calculation card')
  const canvas = page.locator('.card-page .main canvas').first()
  await canvas.scrollIntoViewIfNeeded()
  const box = await canvas.boundingBox()
  await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.7)
  const rows = page.locator('.card-page tbody tr[class^="q-"]')
  await rows.first().waitFor()
  house.check((await rows.count()) > 20, 'a day on the card opens its meter rows')
  await rows.first().scrollIntoViewIfNeeded()
  await house.shot(page, 'drill-3-rows')
  await page.context().close()
}

/** Another period is another total, and the address keeps it. */
async function period(house) {
  const page = await house.page('desk')
  await house.signIn(page, 'viewer')
  await house.settled(page)
  const total = () => page.innerText('.hero .big')
  const year = await total()
  await page.goto(`${house.url}/overview?from=2025-01&to=2025-12`)
  await house.settled(page)
  const before = await total()
  house.check(before !== year && /\d/.test(before), 'another period is another total', `${year} and ${before}`)
  await page.click('.tools button:has(.told)')
  await page.click('.picker .presets button >> nth=0')
  await page.waitForFunction((old) => document.querySelector('.hero .big')?.textContent !== old, before)
  await house.settled(page)
  const address = page.url()
  const chosen = await total()
  await page.reload()
  await house.settled(page)
  house.check(page.url() === address && (await total()) === chosen, 'the address keeps the period')
  await page.context().close()
}

/** Two versions as a waterfall, and the report of the newer one. */
async function versions(house) {
  const page = await house.page('desk')
  await house.signIn(page, 'verifier', '/emissions/compare')
  await house.settled(page)
  await page.waitForSelector('.sides')
  const sides = await page.locator('.sides dt').allInnerTexts()
  house.check(sides.length === 2 && sides[0] !== sides[1], 'two versions stand side by side', sides.join(', '))
  house.check((await page.locator('main canvas').count()) > 0, 'their difference is drawn')
  await house.shot(page, 'compare')
  await house.axe(page, 'the comparison')
  await page.goto(`${house.url}/emissions/inventories`)
  await house.settled(page)
  await page.click('.segments button >> nth=1')
  await page.locator('main tbody a', { hasText: /^20\d\d$/ }).first().click()
  await page.waitForURL(/inventories\/./)
  await house.settled(page)
  await house.shot(page, 'inventory')
  await page.click('.acts [aria-haspopup]')
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), page.click('.papers .button.main')])
  const file = await download.path()
  house.check(statSync(file).size > 5000, `the report ${download.suggestedFilename()} comes whole`)
  await page.context().close()
}

/** A reading that is posted is on the wall within two seconds, and a cut link is told. */
async function wall(house) {
  const page = await house.page('desk')
  await page.goto(`${house.url}/wall?key=${house.token('viewer')}`)
  await page.waitForSelector('.link.live', { timeout: 30_000 })
  await house.settled(page)
  house.check(!page.url().includes('key='), 'the kiosk\'s key leaves the address')
  let took = Infinity
  for (const v of [0.61, 0.62, 0.63, 0.64]) {
    if (took <= 2000) break
    took = await house.post('shaft-1-c', v, page, 'svg.mine')
  }
  house.check(took <= 2000, 'a posted reading is on the wall within 2 s', `${took} ms`)
  console.log(`  on the wall after ${took} ms`)
  await house.shot(page, 'wall')
  await house.axe(page, 'the wall')
  const scrolls = await page.evaluate(() => [document.documentElement.scrollWidth > innerWidth, document.documentElement.scrollHeight > innerHeight])
  house.check(!scrolls.includes(true), 'the wall does not scroll')
  for (const [name, size] of [['wide', [3840, 1080]], ['matrix', [5760, 2160]], ['phone', [390, 844]]]) {
    await page.setViewportSize({ width: size[0], height: size[1] })
    await page.waitForTimeout(800)
    await house.shot(page, `wall-${name}`)
  }
  await page.context().close()
}

/** What a role may not do is neither shown nor answered. */
async function roles(house) {
  const page = await house.page('desk')
  await house.signIn(page, 'viewer')
  await house.settled(page)
  await page.goto(`${house.url}/settings/refused`)
  await house.settled(page)
  const said = await page.innerText('main')
  house.check(/无权|权限|may not|not allowed/i.test(said), 'a viewer is told what is closed', said.slice(0, 80))
  await house.shot(page, 'forbidden')
  await page.context().close()
}

/** All the while, every instrument was heard and no register did anything but rise. */
async function instruments(house) {
  const devices = (await house.get('/sites/qingling/devices', 'administrator')).items
  for (const d of devices) house.check(d.state === 'up' && d.delivered > 0, `${d.device} is heard`, `${d.state}, ${d.delivered} readings`)
  const said = (await house.get('/sites/qingling/counter-events', 'viewer', { limit: '1000' })).items.filter((e) => Date.parse(e.from) >= house.began)
  house.check(said.length === 0, 'no register jumped', JSON.stringify(said.slice(0, 3)))
  const silent = (await house.get('/sites/qingling/live', 'viewer')).points.filter((p) => p.kind === 'counter' && p.values.rate === null)
  house.check(silent.length === 0, 'every register has a rate', silent.map((p) => p.id).join(' '))
}

export const parts = [
  ['strangers stay outside', strangers],
  ['from a tile to a meter row', drill],
  ['another period', period],
  ['versions compared, report downloaded', versions],
  ['the wall', wall],
  ['roles', roles],
  ['a month is filed, reviewed, locked, verified and handed over', month],
  ['every board, both languages, three sizes', walk],
  ['instruments', instruments],
]
