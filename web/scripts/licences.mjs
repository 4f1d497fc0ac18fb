// What others wrote and the program carries, with the terms they gave it under:
// the modules that are linked into the binary, as Go itself lists them, and the
// packages of the page that package-lock.json holds.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = join(dirname(fileURLToPath(import.meta.url)), '..')
const top = join(web, '..')
const named = /^(licen[cs]e|copying|notice|unlicense|ofl)([.-].*)?$/i
const longest = 64 * 1024

/** Tells the licence of a text by the words it is known by. */
export function kindOf(text) {
  const has = (...words) => words.every((w) => text.includes(w))
  if (has('Apache License', 'Version 2.0')) return 'Apache-2.0'
  if (/mozilla public license,? version 2\.0/i.test(text)) return 'MPL-2.0'
  if (/eclipse public license/i.test(text)) return /eclipse distribution license/i.test(text) ? 'EPL-2.0 OR BSD-3-Clause' : 'EPL-2.0'
  if (has('SIL OPEN FONT LICENSE')) return 'OFL-1.1'
  if (has('Permission is hereby granted, free of charge')) return 'MIT'
  if (/redistribution and use in source and binary forms/i.test(text)) return /neither the name|may not be used to endorse|names of its\s+contributors/i.test(text) ? 'BSD-3-Clause' : 'BSD-2-Clause'
  if (/permission to use, copy, modify, and(\/or)? distribute/i.test(text)) return 'ISC'
  if (has('This is free and unencumbered software')) return 'Unlicense'
  return ''
}

function textsIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((f) => f.isFile() && named.test(f.name))
    .map((f) => readFileSync(join(folder, f.name), 'utf8').replaceAll('\r\n', '\n').trim().slice(0, longest))
}

/** The packages of the page: what package-lock.json does not mark as needed for building alone. */
function packages() {
  const lock = JSON.parse(readFileSync(join(web, 'package-lock.json'), 'utf8'))
  return Object.entries(lock.packages)
    .filter(([at, p]) => at.startsWith('node_modules/') && !p.dev && !p.optional && !p.peer)
    .map(([at, p]) => ({ name: at.slice(at.lastIndexOf('node_modules/') + 13), version: p.version, of: 'npm', told: p.license ?? '', texts: textsIn(join(web, at)) }))
}

const go = (...args) => execFileSync('go', args, { cwd: top, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** The modules that the binary is made of; where Go is not here, those that go.mod names. */
function modules() {
  try {
    const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}'
    const rows = [...new Set(go('list', '-e', '-deps', '-f', format, './cmd/lingtan').split('\n').filter(Boolean))].map((line) => line.split('\t'))
    const std = { name: 'Go', version: go('env', 'GOVERSION').trim().replace(/^go/, ''), of: 'go', told: '', texts: textsIn(go('env', 'GOROOT').trim()) }
    return [std, ...rows.map(([name, version, folder]) => ({ name, version, of: 'go', told: '', texts: textsIn(folder) }))]
  } catch {
    const lines = readFileSync(join(top, 'go.mod'), 'utf8').matchAll(/^\s*(?:require )?([\w.-]+\.[\w./-]+) (v\S+)/gm)
    return [...lines].map(([, name, version]) => ({ name, version, of: 'go', told: '', texts: [] }))
  }
}

/** All of it; a text that many share is there once. */
export function notices() {
  const texts = []
  const place = new Map()
  const keep = (text) => {
    if (!place.has(text)) place.set(text, texts.push(text) - 1)
    return place.get(text)
  }
  const all = [...modules(), ...packages()].sort((a, b) => a.name.localeCompare(b.name, 'en'))
  return {
    packages: all.map((p) => ({ name: p.name, version: p.version, of: p.of, licence: p.told || [...new Set(p.texts.map(kindOf).filter(Boolean))].join(', ') || '—', texts: p.texts.map(keep) })),
    texts,
  }
}

/** Puts the notices beside the page. */
export function licences() {
  const body = () => JSON.stringify(notices())
  return {
    name: 'licences',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'licences.json', source: body() })
    },
    configureServer(server) {
      server.middlewares.use('/licences.json', (_, answer) => {
        answer.setHeader('Content-Type', 'application/json')
        answer.end(body())
      })
    },
  }
}
