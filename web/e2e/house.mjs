// What every end-to-end script needs: a browser, somebody signed in, and a
// list of what was found.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const sizes = { desk: [1920, 1080], note: [1366, 768], phone: [390, 844] }

/** The browser, the checks made so far, and the folder of pictures. */
export class House {
  began = Date.now()
  passed = 0
  failed = []

  constructor(url, tokens, shots) {
    this.url = url.replace(/\/$/, '')
    this.tokens = tokens
    this.shots = shots
    mkdirSync(shots, { recursive: true })
  }

  async open() {
    this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })
  }

  token(role) {
    return readFileSync(join(this.tokens, role), 'utf8').trim()
  }

  /** A page of its own, which fails a check for every error and every request elsewhere. */
  async page(size = 'desk', more = {}) {
    const [width, height] = sizes[size] ?? size
    const context = await this.browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', acceptDownloads: true, ...more })
    const page = await context.newPage()
    page.on('console', (m) => {
      // The browser itself calls it an error that a stranger is asked to sign in.
      if (m.type() === 'error' && !/status of 401/.test(m.text())) this.fail(`console error on ${page.url()}: ${m.text()}`)
    })
    page.on('pageerror', (e) => this.fail(`error on ${page.url()}: ${e.message}`))
    page.on('request', (r) => {
      if (!r.url().startsWith(this.url) && !/^(data|blob):/.test(r.url())) this.fail(`a request elsewhere: ${r.url()}`)
    })
    return page
  }

  /** Signs the demonstration's person of a role in, on a page that stands at an address. */
  async signIn(page, role, at = '/overview') {
    const ways = await (await fetch(`${this.url}/session/ways`)).json()
    await page.goto(this.url + at)
    await page.click(`.demo li >> nth=${ways.demo.findIndex((d) => d.role === role)} >> button`)
    await page.waitForSelector('nav a', { state: 'attached' }) // on a phone they lie behind a button
  }

  async language(page, lang) {
    if ((await page.evaluate(() => document.documentElement.lang)).startsWith(lang)) return
    await page.click('.tools .words')
    await page.waitForFunction((l) => document.documentElement.lang.startsWith(l), lang)
  }

  async theme(page, theme) {
    await page.evaluate((t) => localStorage.setItem('theme', t), theme)
    await page.reload()
    await this.settled(page)
  }

  /** Waits until nothing is a skeleton and charts have been drawn. A stream never rests, so the network is not asked. */
  async settled(page) {
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .skeleton'), null, { timeout: 20_000 })
    await page.waitForTimeout(700)
  }

  /** Asks the interface as a program does. */
  async get(path, role, query = {}) {
    const answer = await fetch(`${this.url}/api/v1${path}?${new URLSearchParams(query)}`, { headers: { Authorization: `Bearer ${this.token(role)}` } })
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`)
    return answer.json()
  }

  /** Hands a reading in as a gateway does, and gives the ms until a part of the page shows it. */
  async post(point, value, page, where) {
    const began = Date.now()
    const readings = [{ point, t: new Date(began).toISOString(), v: value }]
    const answer = await fetch(`${this.url}/api/v1/sites/qingling/readings`, {
      method: 'POST', headers: { Authorization: `Bearer ${this.token('gateway')}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ readings }),
    })
    this.check(answer.ok, `a reading of ${point} is taken`, `status ${answer.status}`)
    const shown = ([at, text]) => document.querySelector(at)?.textContent.includes(text)
    try {
      await page.waitForFunction(shown, [where, String(value)], { timeout: 3000, polling: 20 })
    } catch {
      return Infinity
    }
    return Date.now() - began
  }

  async shot(page, name) {
    await page.screenshot({ path: join(this.shots, name + '.png') })
  }

  /** Fails for every serious finding of axe. */
  async axe(page, name) {
    await page.evaluate(axeSource)
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
    const grave = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    this.check(grave.length === 0, `axe on ${name}`, grave.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`).join('; '))
  }

  /** Fails where the page is wider than its window. */
  async fits(page, name) {
    const [have, want] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
    this.check(have <= want, `${name} fits its window`, `${have} > ${want} px`)
  }

  check(holds, what, otherwise = '') {
    if (holds) this.passed++
    else this.fail(otherwise ? `${what}: ${otherwise}` : what)
  }

  fail(what) {
    this.failed.push(what)
    console.error('✗ ' + what)
  }

  /** Runs a part; what it throws is a failure of it. */
  async part(name, run) {
    const before = this.failed.length
    const began = Date.now()
    try {
      await run()
    } catch (e) {
      this.fail(`${name}: ${e.message.split('\n').slice(0, 3).join(' ')}`)
    }
    console.log(`${this.failed.length === before ? '✓' : '✗'} ${name} (${Date.now() - began} ms)`)
  }

  async close() {
    await this.browser.close()
    console.log(`${this.passed} passed, ${this.failed.length} failed; pictures in ${this.shots}`)
    return this.failed.length === 0
  }
}
