import { gzipSync } from 'node:zlib'

// A build fails whose first board fetches more script than a slow link should
// carry, or which has a file that somebody waits for alone.
const first = 420 // kB gz, with the charts and the second language
const each = 120 // kB gz; the charts alone are larger
const entry = 'src/boards/overview/OverviewBoard.vue'
const together = ['index.html', 'src/layout/AppShell.vue', entry, 'src/lib/chart.ts', 'src/i18n/en.json']

/** The plugin that holds the build to its budget. */
export function budget() {
  return {
    name: 'budget',
    apply: 'build',
    writeBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((f) => f.type === 'chunk')
      const size = (chunk) => gzipSync(chunk.code).length / 1000
      const board = new Set()
      const gather = (chunk) => {
        if (board.has(chunk)) return
        board.add(chunk)
        for (const name of chunk.imports) if (bundle[name]) gather(bundle[name])
      }
      for (const name of together) {
        const chunk = chunks.find((c) => c.facadeModuleId?.endsWith('/' + name) || (name === 'src/lib/chart.ts' && c.name === 'chart'))
        if (!chunk) this.error(`no chunk holds ${name}`)
        gather(chunk)
      }
      const total = [...board].reduce((sum, chunk) => sum + size(chunk), 0)
      if (total > first) this.error(`the first board fetches ${total.toFixed(1)} kB gz of script, at most ${first}`)
      for (const chunk of chunks.filter((c) => c.name !== 'chart')) {
        const kB = size(chunk)
        if (kB > each) this.error(`${chunk.fileName} has ${kB.toFixed(1)} kB gz, at most ${each}`)
      }
      this.info(`the first board fetches ${total.toFixed(1)} kB gz of script, at most ${first}`)
    },
  }
}
