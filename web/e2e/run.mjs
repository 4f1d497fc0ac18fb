// run URL TOKENS SHOTS — walks through the served demonstration as people do,
// in Debian's Chromium: every board in both languages and at three sizes.
import { House } from './house.mjs'
import { parts } from './parts.mjs'

const [url, tokens, shots] = process.argv.slice(2)
const house = new House(url, tokens, shots)
await house.open()
for (const [name, run] of parts) await house.part(name, () => run(house))
process.exitCode = (await house.close()) ? 0 : 1
