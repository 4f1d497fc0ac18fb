// The story of a month: it is filed, reviewed at three desks, locked, closed,
// verified and handed over, by the people whose work that is.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pdf } from './paper.mjs'

const site = '/sites/qingling'

/** One person at the sheet of a month. */
class Desk {
  constructor(house, page, month) {
    Object.assign(this, { house, page, month })
  }

  static async of(house, role, month) {
    const page = await house.page('note', { permissions: ['clipboard-read', 'clipboard-write'] })
    await house.signIn(page, role)
    return new Desk(house, page, month)
  }

  /** Stands in a cell, with what is known of it beside it. */
  async at(row) {
    await this.page.goto(`${this.house.url}/filing/grid?year=${this.month.slice(0, 4)}&at=${this.month}&row=${encodeURIComponent(row)}`)
    await this.page.waitForSelector('.panel header h2')
    await this.page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  }

  /** Waits until the server has every value. */
  async saved() {
    await this.page.waitForSelector('.saving .good')
  }

  async paste(text) {
    await this.page.evaluate((t) => navigator.clipboard.writeText(t), text)
    await this.page.keyboard.press('Control+v')
    await this.saved()
  }

  async type(row, text) {
    await this.at(row)
    await this.page.keyboard.type(text)
    await this.page.keyboard.press('Enter')
    await this.saved()
  }

  /** Lays a paper of its own to the cells of a row and those below it. */
  async attach(row, kind, below = 0) {
    await this.at(row)
    for (let i = 0; i < below; i++) await this.page.keyboard.press('Shift+ArrowDown')
    if (below) await this.page.waitForFunction((n) => document.querySelector('.panel header p').textContent.includes(String(n)), below + 1)
    await this.page.selectOption('.panel .add select', kind)
    await this.page.setInputFiles('.panel input[type=file]', { name: `${row.replace('/', '-')} ${this.month}.pdf`, mimeType: 'application/pdf', buffer: pdf(`${row} ${this.month}`) })
    await this.page.waitForSelector('.held .paper')
    await this.saved()
  }

  /** Gives the reason for everything that the cell is asked about. */
  async explain(row, reason) {
    await this.at(row)
    const forms = this.page.locator('.panel li form:has(textarea)')
    const asked = await forms.count()
    for (let left = asked; left > 0; left--) {
      await forms.first().locator('textarea').fill(reason)
      await forms.first().locator('button').first().click()
      await this.page.waitForFunction((n) => document.querySelectorAll('.panel li form textarea').length < n, left)
    }
    return asked
  }

  /** Takes a step of the month, where the bar offers it. */
  async step() {
    const act = this.page.locator('.bar .acts .main').last()
    await act.click()
    const box = this.page.locator('dialog[open]')
    await box.locator('footer .main').waitFor()
    await this.house.shot(this.page, `month-step-${++this.house.steps}`)
    const before = await this.state()
    await box.locator('footer .main').click()
    await this.page.waitForFunction((s) => document.querySelector('.way .now')?.textContent !== s || document.querySelector('dialog[open] .fault'), before, { timeout: 30_000 })
    const refused = await box.locator('.fault').allInnerTexts()
    this.house.check(refused.length === 0, `the month goes on from ${before}`, refused.join(' ').slice(0, 200))
  }

  state() {
    return this.page.innerText('.way .now')
  }

  async leave() {
    await this.page.context().close()
  }
}

const amount = (text) => Number(text)
/** A number as sheets of a bookkeeper show it. */
const grouped = (text) => text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','))

/** The cells of a month by row, in the order of the sheet. */
async function cells(house, month) {
  const grid = await house.get(`${site}/grid`, 'filler', { from: month, to: month })
  const rows = new Map(grid.rows.map((r) => [r.id, r]))
  return new Map(grid.cells.map((c) => [c.row, { ...c, of: rows.get(c.row) }]))
}

const open = (cell, severity) => cell.findings.filter((f) => !f.cleared && (!severity || f.severity === severity))
const missing = (cell) => cell.of.may_fill && open(cell).some((f) => f.rule === 'missing')

/** What the papers of the month say: what the meter says, else as a year ago; stocks balance. */
function documents(sheet) {
  const out = new Map()
  for (const [row, c] of sheet) if (c.of.may_fill) out.set(row, missing(c) || row === 'grid/purchased' ? (c.suggestion?.value ?? c.last_year ?? c.previous) : c.value)
  const said = (row) => amount(out.get(row))
  const rest = (n) => String(Math.round(n * 1000) / 1000)
  out.set('coal-boiler/ncv', sheet.get('coal-boiler/ncv').previous)
  out.set('coal-boiler/closing', rest(said('coal-boiler/opening') + said('coal-boiler/bought') - said('coal-boiler/amount')))
  out.set('post-mining/slime', sheet.get('post-mining/slime').last_year)
  out.set('diesel/bought', rest(said('diesel/closing') + said('diesel/amount') - said('diesel/opening')))
  out.set('grid/billed', out.get('grid/purchased'))
  out.set('grid/valley', rest(said('grid/billed') - said('grid/peak') - said('grid/flat')))
  return out
}

/** The statistician fills what is missing, mends what is wrong, and proves it. */
async function file(house, desk) {
  const before = await cells(house, desk.month)
  const papers = documents(before)
  await desk.at('grid/billed')
  await desk.paste(['grid/billed', 'grid/peak', 'grid/flat', 'grid/valley'].map((r, i) => (i ? grouped(papers.get(r)) : `${amount(papers.get(r)) / 10} 万kWh`)).join('\r\n') + '\r\n')
  await house.shot(desk.page, 'month-1-pasted')
  const told = await desk.page.innerText('.status .said')
  house.check(/4/.test(told), 'a block of four cells is pasted, of two units', told)
  await desk.at('district-heat/heat')
  await desk.paste(['heat', 'supply', 'return'].map((p) => papers.get('district-heat/' + p)).join('\r\n') + '\r\n')
  for (const [row, c] of before) if (c.of.may_fill && papers.get(row) !== c.value && !/^(grid.(billed|peak|flat|valley)|district-heat)/.test(row)) await desk.type(row, grouped(papers.get(row)))
  await desk.attach('grid/billed', 'invoice', 3)
  let files = 1
  for (const [row, c] of await cells(house, desk.month)) {
    const lacking = open(c).some((f) => f.rule === 'papers')
    if (!lacking) continue
    const kinds = c.of.required.length ? c.of.required : ['other']
    for (const kind of kinds) await desk.attach(row, kind)
    files += kinds.length
  }
  await house.shot(desk.page, 'month-2-papers')
  await house.axe(desk.page, 'the sheet of a month')
  await standBy(desk, 'diesel/amount', '已与加油枪读数核对,期末盘点 70 t')
  let explained = 0
  for (const [row, c] of await cells(house, desk.month)) if (open(c, 'explain').length) explained += await desk.explain(row, '综采面收尾,钻场提前施工,已与台账核对')
  await house.shot(desk.page, 'month-3-explained')
  house.check(explained >= 2, 'what stands out is explained', `${explained} findings`)
  const left = [...(await cells(house, desk.month)).values()].flatMap((c) => open(c).filter((f) => f.severity !== 'note').map((f) => `${c.row}: ${f.rule}`))
  house.check(left.length === 0, 'nothing is open before the month is submitted', left.join(', '))
  console.log(`  ${files} files laid to cells, ${explained} findings explained`)
}

/** Files what was given back once more, with a note: the value was right. */
async function standBy(desk, row, note) {
  await desk.at(row)
  await desk.page.fill('.panel textarea[aria-label="备注"]', note)
  await desk.page.click('.panel .value form button')
  await desk.page.waitForFunction(() => !document.querySelector('.panel .returned'))
}

/** The reviewer gives two cells back; the statistician mends one and stands by the other. */
async function twice(house, filler, reviewer) {
  for (const row of ['diesel/amount', 'underground/drilling']) {
    await reviewer.at(row)
    await reviewer.page.fill('.panel textarea[aria-label="退回的理由"]', '与台账合计不一致,请核对')
    await reviewer.page.click('.panel form:has(textarea[aria-label="退回的理由"]) button')
    await reviewer.page.waitForSelector('.panel .returned')
  }
  await house.shot(reviewer.page, 'month-4-returned')
  house.check((await reviewer.page.locator('.bar .acts .main').count()) === 0, 'nothing is accepted while cells are given back')
  await filler.type('underground/drilling', '19800')
  await filler.explain('underground/drilling', '钻场提前施工,按验收单更正')
  await standBy(filler, 'diesel/amount', '发票合计一致,原值无误')
  house.check((await filler.explain('diesel/amount', '')) === 0, 'who stands by a value need not explain it again')
  const mended = (await cells(house, filler.month)).get('underground/drilling')
  house.check(mended.value === '19800' && !mended.returned, 'a cell that was given back is mended', JSON.stringify(mended.value))
}

/** Each desk takes its own step: the mine, the group with all that waits at once, the verifier, and the lock. */
async function review(house, month) {
  await oneStep(house, 'reviewer', month)
  await atOnce(house, month)
  await oneStep(house, 'verifier', month)
  await oneStep(house, 'reviewer', month)
}

async function oneStep(house, role, month) {
  const desk = await Desk.of(house, role, month)
  await desk.at('diesel/amount')
  await desk.step()
  await desk.leave()
}

async function atOnce(house, month) {
  const page = await house.page('note')
  await house.signIn(page, 'group-reviewer', `/filing?year=${month.slice(0, 4)}`)
  const boxes = page.locator('.bulk input')
  await boxes.first().waitFor()
  const waiting = await boxes.count()
  for (let i = 0; i < waiting; i++) await boxes.nth(i).check()
  await page.click('.bulk button')
  await page.waitForFunction(() => !document.querySelector('.bulk'))
  await house.shot(page, 'month-approved-at-once')
  const forms = await house.get(`${site}/forms`, 'group-reviewer', { year: month.slice(0, 4) })
  const states = new Set(forms.filter((f) => f.month === month).map((f) => f.state))
  house.check(waiting > 1 && states.has('group_approved') && states.size === 1, 'several months are approved at once', `${waiting} waited, ${month} is ${[...states]}`)
  await page.context().close()
}

/** The month's inventory is sampled, and an opinion is signed over its hash. */
async function verify(house, month) {
  const all = (await house.get(`${site}/inventories`, 'verifier', { period: month })).items.filter((i) => i.period === month)
  house.check(all.length > 0, 'the lock closes the month', month)
  const { id } = all[0]
  const page = await house.page('note')
  await house.signIn(page, 'verifier', `/emissions/inventories/${encodeURIComponent(id)}/verify`)
  await page.waitForSelector('.draw')
  await page.fill('.draw input[type=number]', '5')
  await page.fill('.draw .hash', '2026-11-qingling')
  await page.click('.draw [type=submit]')
  await page.locator('.columns .scroll tbody tr').first().waitFor()
  await house.shot(page, 'month-6-sampled')
  await house.axe(page, 'the verifier\'s desk')
  await page.fill('.side textarea', '在合理保证水平下,未发现该清单存在重大错报。')
  await page.click('.side [type=submit]')
  await page.click('dialog[open] .main')
  await page.waitForSelector('.signed .hash')
  await house.shot(page, 'month-7-signed')
  const signed = await page.innerText('.signed .hash')
  const kept = (await house.get(`${site}/inventories/${id}/verification`, 'verifier')).opinion
  house.check(kept?.hash === signed, 'the opinion is signed over the inventory\'s hash', `${signed} and ${kept?.hash}`)
  await page.context().close()
}

/** What the program says of a package, far from any server. */
function verified(path) {
  const run = spawnSync('bin/lingtan', ['verify', path, '--lang', 'en'], { encoding: 'utf8' })
  return [run.status === 0, run.stdout + run.stderr]
}

/** A copy of an archive with one bit of its first paper turned over, and the paper's name. */
function flipped(path) {
  const bytes = readFileSync(path)
  const at = bytes.indexOf('evidence/')
  const [name, extra] = [bytes.readUInt16LE(at - 4), bytes.readUInt16LE(at - 2)]
  bytes[at + name + extra + 60] ^= 1
  const copy = path.replace(/zip$/, 'flipped.zip')
  writeFileSync(copy, bytes)
  return [copy, bytes.toString('utf8', at, at + name)]
}

/** The package of the month is verified where no server is. */
async function handOver(house, month) {
  const desk = await Desk.of(house, 'reviewer', month)
  await desk.at('diesel/amount')
  await house.shot(desk.page, 'month-5-locked')
  const [download] = await Promise.all([desk.page.waitForEvent('download', { timeout: 60_000 }), desk.page.locator('.bar .acts button').first().click()])
  const at = join(house.shots, download.suggestedFilename())
  await download.saveAs(at)
  const [whole, told] = verified(at)
  house.check(whole && !told.includes('✗'), 'the package verifies offline', told.slice(-200))
  const [spoilt, name] = flipped(at)
  const [holds, named] = verified(spoilt)
  house.check(!holds && named.includes(name), 'a flipped byte of a file is found and named', named.slice(-200))
  await desk.leave()
}

/** Every act of the story stands in the book, with a name that people understand. */
async function told(house) {
  const { entries, chain } = await house.get(`${site}/audit`, 'auditor', { limit: '200' })
  const nameless = new Set(entries.filter((e) => e.title.zh === e.kind).map((e) => e.kind))
  house.check(nameless.size === 0, 'every act of the book has a name', [...nameless].join(', '))
  house.check(chain.ok && entries.find((e) => e.kind === 'opinion.sign')?.address !== undefined, 'the chain holds, and says from where')
}

/** The last full month of the demonstration, from a draft to a verified inventory. */
export async function month(house) {
  house.steps = 0
  const forms = await house.get(`${site}/forms`, 'filler', { year: String(new Date().getFullYear()) })
  const draft = forms.find((f) => f.state === 'draft' && f.filled > 0)
  const name = draft.month
  const filler = await Desk.of(house, 'filler', name)
  await file(house, filler)
  await filler.at('diesel/amount')
  await filler.step()
  const reviewer = await Desk.of(house, 'reviewer', name)
  await twice(house, filler, reviewer)
  await Promise.all([filler.leave(), reviewer.leave()])
  await review(house, name)
  await verify(house, name)
  await handOver(house, name)
  await told(house)
}
