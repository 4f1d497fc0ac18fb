// Looks at the wall for a while, as a kiosk does, and fails where its memory
// grows, where it takes more of a core than it may, or where a link that was
// cut is not told and not taken up again.
//
//   node e2e/wall-soak.mjs URL TOKENS     LINGTAN_SOAK_MINUTES=30 LINGTAN_SOAK_SHOTS=folder
import { mkdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { chromium } from 'playwright-core'

const [url, tokens] = process.argv.slice(2)
const minutes = Number(process.env.LINGTAN_SOAK_MINUTES ?? 1)
const shots = process.env.LINGTAN_SOAK_SHOTS
if (!url || !tokens || !(minutes > 0)) {
  console.error('usage: node e2e/wall-soak.mjs URL TOKENS   (LINGTAN_SOAK_MINUTES, LINGTAN_SOAK_SHOTS)')
  process.exit(2)
}
const token = readFileSync(`${tokens}/viewer`, 'utf8').trim()

const budget = { cpu: 0.15, heap: 40, growth: 2, nodes: 60 } // of a core, MB, MB, nodes of the page
const sizes = [[1920, 1080], [1366, 768], [3840, 1080], [5760, 2160], [390, 844]]
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
let failed = 0
function holds(name, ok, told) {
  if (!ok) failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${told}`)
}

/** A cable between the browser and the server, which can be cut. */
async function cable(to) {
  const ends = new Set()
  let whole = true
  const hub = net.createServer((near) => {
    if (!whole) return near.destroy()
    const far = net.connect(Number(to.port || 80), to.hostname)
    for (const [a, b] of [[near, far], [far, near]]) {
      ends.add(a)
      a.on('error', () => b.destroy()).on('close', () => ends.delete(a) && b.destroy())
      a.pipe(b)
    }
  })
  await new Promise((done) => hub.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${hub.address().port}${to.pathname.replace(/\/$/, '')}`,
    cut: () => ((whole = false), ends.forEach((e) => e.destroy())),
    mend: () => (whole = true),
    close: () => (ends.forEach((e) => e.destroy()), hub.close()),
  }
}

async function open(context, base, query = '') {
  const page = await context.newPage()
  page.on('pageerror', (e) => holds('page', false, e.message))
  await page.goto(`${base}/wall?key=${token}${query}`)
  await page.waitForSelector('svg.mine', { timeout: 60_000 })
  await page.waitForSelector('.link.live', { timeout: 60_000 })
  return page
}

/** CPU seconds of all the browser's processes, and what the page holds after a collection. */
async function measure(browser, page) {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  await page.send('HeapProfiler.collectGarbage')
  const { metrics } = await page.send('Performance.getMetrics')
  const of = (name) => metrics.find((m) => m.name === name).value
  return { cpu: processInfo.reduce((sum, p) => sum + p.cpuTime, 0), heap: of('JSHeapUsedSize') / 1e6, nodes: of('Nodes'), at: performance.now() / 1000 }
}

async function soak(browser, page) {
  const whole = await browser.newBrowserCDPSession()
  const one = await page.context().newCDPSession(page)
  await one.send('Performance.enable')
  await sleep(15_000) // charts are drawn, code is compiled
  const samples = [await measure(whole, one)]
  while (samples.at(-1).at - samples[0].at < minutes * 60) {
    await sleep(Math.min(20_000, minutes * 6000))
    samples.push(await measure(whole, one))
  }
  const first = samples[0], last = samples.at(-1)
  const third = Math.max(1, Math.floor(samples.length / 3))
  const grown = (what) => median(samples.slice(-third).map((s) => s[what])) - median(samples.slice(0, third).map((s) => s[what]))
  const cpu = (last.cpu - first.cpu) / (last.at - first.at)
  console.log(`     ${samples.length} samples in ${((last.at - first.at) / 60).toFixed(1)} min`)
  holds('cpu', cpu <= budget.cpu, `${(cpu * 100).toFixed(1)} % of a core, ${budget.cpu * 100} % allowed`)
  holds('heap', last.heap <= budget.heap, `${first.heap.toFixed(1)} to ${last.heap.toFixed(1)} MB, ${budget.heap} MB allowed`)
  holds('heap growth', grown('heap') <= budget.growth, `${grown('heap').toFixed(2)} MB, ${budget.growth} MB allowed`)
  holds('nodes', grown('nodes') <= budget.nodes, `${first.nodes} to ${last.nodes}, ${budget.nodes} more allowed`)
}

async function outage(page, line) {
  const before = await page.textContent('svg.mine')
  line.cut()
  await page.waitForSelector('.link.lost', { timeout: 10_000 })
  await sleep(6000)
  const told = (await page.textContent('.banner')).trim()
  holds('link lost', /[5-9]|1\d/.test(told), told)
  const kept = (await page.textContent('svg.mine')).length
  holds('values stay', Math.abs(kept - before.length) < 40, `${before.length} and ${kept} characters in the section`)
  line.mend()
  const since = performance.now()
  await page.waitForSelector('.link.live', { timeout: 40_000 })
  holds('link back', true, `after ${((performance.now() - since) / 1000).toFixed(1)} s`)
}

const line = await cable(new URL(url))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })
try {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const page = await open(context, line.url)
  holds('key', !page.url().includes('key='), page.url().replace(/:\d+/, ''))
  await soak(browser, page)
  await outage(page, line)
  await context.close()
  if (shots) {
    mkdirSync(shots, { recursive: true })
    for (const [width, height] of sizes) {
      const shot = await browser.newContext({ viewport: { width, height } })
      const seen = await open(shot, line.url)
      await sleep(2500)
      await seen.screenshot({ path: `${shots}/wall-${width}x${height}.png`, fullPage: width < 700 })
      await shot.close()
    }
  }
} finally {
  await browser.close()
  line.close()
}
console.log(failed ? `${failed} failed` : 'the wall holds')
process.exit(failed ? 1 : 0)
