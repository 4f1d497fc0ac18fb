// speed URL TOKENS — how soon the page is there and answers, in headless
// Chromium without a GPU: medians of five visits with an empty cache, at full
// speed and with the CPU at a quarter of it. Bounds are of the machine that
// docs/benchmarks.md names; this only tells. For the keys of a large sheet it
// gives the demonstration 200 rows more.
import { House, sizes } from './house.mjs'

const [url, tokens] = process.argv.slice(2)
const visits = Number(process.env.LINGTAN_SPEED_VISITS ?? 5)
const house = new House(url, tokens, process.env.LINGTAN_SPEED_SHOTS ?? 'web/shots')
await house.open()
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const ms = (list) => Math.round(median(list))

function watchShifts() {
  globalThis.shifted = 0
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) if (!e.hadRecentInput) globalThis.shifted += e.value
  }).observe({ type: 'layout-shift', buffered: true })
}

/** Whether every chart that the window shows is drawn, and the headline is told. */
function inSight() {
  const bodies = [...document.querySelectorAll('.cards .card .body')].filter((b) => b.getBoundingClientRect().top < innerHeight)
  return /\d/.test(document.querySelector('.hero .big')?.textContent ?? '') && !document.querySelector('[aria-busy="true"], .skeleton') && bodies.every((b) => b.querySelector('canvas'))
}

/** One visit of the overview by somebody who is signed in and has nothing in the cache. */
async function visit(size, slower) {
  const page = await house.page(size)
  await page.context().request.post(`${house.url}/session`, { data: { token: house.token('viewer') }, headers: { 'X-Lingtan': '1' } })
  await page.addInitScript(watchShifts)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  const kind = new Map()
  let script = 0
  devtools.on('Network.responseReceived', (e) => kind.set(e.requestId, e.type))
  devtools.on('Network.loadingFinished', (e) => (script += kind.get(e.requestId) === 'Script' ? e.encodedDataLength : 0))
  if (slower > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await page.goto(`${house.url}/overview?from=2025-01&to=2025-12`)
  await page.waitForFunction(inSight)
  const charts = await page.evaluate(() => performance.now())
  await page.waitForTimeout(1200)
  const seen = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, shifted: globalThis.shifted, heap: performance.memory.usedJSHeapSize / 1e6,
  }))
  await page.context().close()
  return { ...seen, charts, script: script / 1000 }
}

/** From a click to the first frames in which things are there that were not, or say something else, as the page's own clock tells it. */
async function answer(page, act, seen) {
  await page.evaluate((all) => {
    const text = (selector) => document.querySelector(selector)?.textContent
    const before = Object.fromEntries(Object.entries(all).map(([what, selector]) => [what, text(selector)]))
    globalThis.answered = new Promise((done) => {
      let began
      const took = {}
      addEventListener('click', (e) => (began = e.timeStamp), { capture: true, once: true })
      const look = (now) => {
        for (const [what, selector] of Object.entries(all)) if (began !== undefined && !(what in took) && text(selector) !== before[what]) took[what] = now - began + 17 // it is in the frame after this one
        if (Object.keys(took).length < Object.keys(all).length) requestAnimationFrame(look)
        else done(took)
      }
      requestAnimationFrame(look)
    })
  }, seen)
  await act()
  return page.evaluate(() => globalThis.answered)
}

/** How long until what a click asks for is seen, on the way from a tile to the meter rows. */
async function answers() {
  const page = await house.page('desk')
  await house.signIn(page, 'reviewer', '/overview?from=2025-01&to=2025-12')
  await house.settled(page)
  const took = await answer(page, () => page.click('.hero .big'), { 'tile → where it comes from': 'dialog.drawer tbody a' })
  const then = async (act, seen) => {
    await house.settled(page)
    Object.assign(took, await answer(page, act, seen))
  }
  await then(() => page.click('dialog.drawer tbody a >> nth=0'), { 'line → calculation card': '.card-page .head .value', 'line → its chart': '.card-page .main canvas' })
  const box = await page.locator('.card-page .main canvas').first().boundingBox()
  await then(() => page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.7), { 'day → meter rows': '.card-page tbody:has(tr[class^="q-"])' })
  await then(() => page.click('.tools .words'), { 'another language': 'html[lang^=en]' })
  await page.context().close()
  return took
}

/** Gives the mine a ledger of so many rows, as its administrator would. */
async function widen(rows) {
  const path = `${house.url}/api/v1/sites/qingling/file`
  const headers = { Authorization: `Bearer ${house.token('administrator')}`, 'Content-Type': 'application/toml' }
  let file = await (await fetch(path, { headers })).text()
  for (let i = 0; i < rows; i++) file += `\n[[record]]\nsource = "post-mining"\nname = "ledger_${i}"\ntitle = "台账 ${i}"\nunit = "t"\nowner = { department = "production" }\n`
  const answer = await fetch(path, { method: 'PUT', headers, body: file })
  if (!answer.ok) throw new Error(`the wider plan is refused: ${await answer.text()}`)
  while (!(await fetch(path.replace('/file', '/live'), { headers })).ok) await new Promise((done) => setTimeout(done, 200)) // it begins anew with the new plan
}

/** How long from each key to the next picture of the sheet, by the pictures that the browser hands out. */
async function keys(rounds) {
  const page = await house.page('desk')
  await page.addInitScript(() => {
    globalThis.pressed = []
    addEventListener('keydown', (e) => globalThis.pressed.push(performance.timeOrigin + e.timeStamp), true)
  })
  await house.signIn(page, 'filler', '/filing/grid?year=2026&at=2026-11&row=post-mining%2Fledger_0')
  await house.settled(page)
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  const devtools = await page.context().newCDPSession(page)
  const pictures = []
  devtools.on('Page.screencastFrame', (frame) => {
    pictures.push(frame.metadata.timestamp * 1000)
    void devtools.send('Page.screencastFrameAck', { sessionId: frame.sessionId })
  })
  await devtools.send('Page.startScreencast', { format: 'jpeg', quality: 10, maxWidth: 480 })
  for (let i = 0; i < rounds; i++) {
    for (const key of ['1', '2', '.', String(i % 10), 'Enter']) {
      await page.keyboard.press(key)
      await page.waitForTimeout(60) // a person's pace
    }
  }
  await page.waitForTimeout(500)
  const pressed = await page.evaluate(() => globalThis.pressed)
  await page.context().close()
  const took = pressed.map((at) => Math.round(pictures.find((p) => p >= at) - at)).sort((a, b) => a - b)
  const { rows } = await house.get('/sites/qingling/grid', 'filler', { from: '2026-01', to: '2026-12' })
  return { all: took.length, rows: rows.length, p95: took[Math.floor(took.length * 0.95)], worst: took.at(-1) }
}

for (const size of Object.keys(sizes)) {
  for (const slower of [1, 4]) {
    const all = []
    for (let i = 0; i < visits; i++) all.push(await visit(size, slower))
    const of = (name) => all.map((v) => v[name])
    console.log(
      `${sizes[size].join('×')}${slower > 1 ? `, CPU ÷ ${slower}` : ''}: first paint ${ms(of('paint'))} ms, charts ${ms(of('charts'))} ms, ` +
        `shift ${Math.max(...of('shifted')).toFixed(4)}, script ${ms(of('script'))} kB, heap ${median(of('heap')).toFixed(1)} MB`,
    )
  }
}
const took = []
for (let i = 0; i < visits; i++) took.push(await answers())
for (const act of Object.keys(took[0])) console.log(`${act}: ${ms(took.map((t) => t[act]))} ms`)
await widen(200)
const key = await keys(40)
console.log(`key → picture in a sheet of ${key.rows} rows × 12 months: 95th percentile of ${key.all} keys ${key.p95} ms, worst ${key.worst} ms`)
await house.close()
