/**
 * `npm start`: a lake and the site over it, from nothing. By default of a simulated market; `--live` of the public network's last days,
 * `--recorded` of the bundled recording. What was made before and would come out the same is used again.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { serveFolder } from '../ingest/commands/serve.ts'
import { readManifest } from '../src/lib/engine/attach.ts'
import { serveRecording } from '../ingest/recording/serve.ts'
import type { MarketAnswer, MarketOrder } from './market.ts'

const root = resolve(import.meta.dirname, '..')
const DAY = 86_400_000
/** Days of the public network that `--live` indexes. */
const LIVE_DAYS = 7
/** How far back the simulated probes go, and how often providers were asked: probes can't be had of the time before one began. */
const PROBED = { days: 120, everyHours: 6 }
/** Simulated providers are near: one that has not answered by then hangs. */
const TIMEOUT_S = 3
const USAGE = `Usage: npm start -- [--live [--rpc URL,…] | --recorded] [--fresh] [--until DATE] [--seed N] [--block-seconds S]
  (nothing)        a simulated market of three years up to today
  --live           the public network: its state and its last ${LIVE_DAYS} days, from public endpoints or those of --rpc
  --recorded       the bundled recording of an Akash node
  --fresh          make everything anew`

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      live: { type: 'boolean', default: false },
      recorded: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      rpc: { type: 'string' },
      until: { type: 'string' },
      seed: { type: 'string' },
      'block-seconds': { type: 'string' }
    }
  })
  const until = values.until === undefined ? Math.floor(Date.now() / DAY) * DAY : Date.parse(`${values.until}T00:00:00Z`)
  if (Number.isNaN(until)) throw new Error(`--until ${values.until} is no day: give one such as 2026-11-01`)
  if (values.live && values.recorded) throw new Error('--live and --recorded exclude each other')
  if (values.rpc !== undefined && !values.live) throw new Error('--rpc goes with --live')
  const market = {
    until,
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values['block-seconds'] === undefined ? {} : { blockSeconds: Number(values['block-seconds']) })
  }
  const kind = values.live ? 'live' : values.recorded ? 'recorded' : 'simulated'
  const asked = [values.until, values.seed && `seed-${values.seed}`, values['block-seconds'] && `${values['block-seconds']}-s`]
  // Markets with parameters of their own lie beside the usual one.
  const name = [kind, ...asked.filter((part) => part !== undefined)].join('-')
  return { kind, name, fresh: values.fresh, rpc: values.rpc, market, stated: values.until !== undefined } as const
}

let options: ReturnType<typeof optionsOf>
try {
  options = optionsOf(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
  process.exit(2)
}
const { kind } = options
const home = join(root, '.rackrate', options.name)
const lake = join(home, 'lake')
/** What the site reads of it; the pages are made from it, and it goes into the site. */
const data = join(root, 'static/data')
const site = join(home, 'site')

const STEPS = { simulated: 6, live: 6, recorded: 4 }[kind]
const started = performance.now()
let step = 0
const say = (text: string): void => void process.stdout.write(`${text}\n`)
function announce(text: string): void {
  step++
  say(`[${step}/${STEPS}] ${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill()
})

/** Runs a script of ours and waits for it. @throws Error when it fails */
function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env }
    })
    running.add(child)
    child.once('error', fail)
    child.once('exit', (code) => {
      running.delete(child)
      // Exit status 3: done, but some heights can't be had; the lake says which.
      if (code === 0 || (code === 3 && kind === 'live')) done()
      else fail(new Error(`${args.join(' ')} ended with status ${code}`))
    })
  })
}
const ingest = (...args: readonly string[]): Promise<void> => node(['ingest/cli.ts', ...args])

/** SHA-256 over names and contents of files. */
async function digest(...paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  const add = async (path: string): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => null)
    if (entries === null) hash.update(path.slice(root.length)).update(await readFile(path))
    else for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) await add(join(path, entry.name))
  }
  for (const path of paths) await add(join(root, path))
  return hash.digest('hex')
}

/** What was made last, and from what. */
type Stamp = { readonly lake: string; readonly site: string }
const stampFile = join(home, 'made.json')
async function readStamp(): Promise<Stamp | null> {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8')) as Stamp
  } catch {
    // None, or one that was cut off: all is made anew.
    return null
  }
}

/** Asks the market's process for something and waits for its answer. @throws Error when it fails or ends */
function ask<T extends MarketAnswer>(market: ChildProcess, order: MarketOrder): Promise<T> {
  return new Promise((done, fail) => {
    const ended = (code: number | null): void => fail(new Error(`the simulated market ended with status ${code}`))
    market.once('exit', ended)
    market.once('message', (answer: MarketAnswer) => {
      market.off('exit', ended)
      if ('failed' in answer) fail(new Error(answer.failed))
      else done(answer as T)
    })
    market.send(order)
  })
}

async function makeSimulated(): Promise<void> {
  announce('making a simulated market')
  const market = fork(join(root, 'scripts/market.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  running.add(market)
  type Made = Extract<MarketAnswer, { made: unknown }>
  const { made } = await ask<Made>(market, { make: options.market })
  say(`      ${made.blocks} blocks, ${made.leases} leases up to ${new Date(made.until).toISOString().slice(0, 16)} UTC`)
  announce('indexing its blocks over RPC')
  await ingest('index', '--rpc', made.url, '--lake', lake, '--strategy', 'search')
  announce('asking its providers')
  const at = new Date(made.until).toISOString()
  const ports = `${made.grpcPort},${made.restPort}`
  const crawl = ['--once', '--via-loopback', ports, '--at', at, '--timeout', String(TIMEOUT_S)]
  await Promise.all([
    ingest('providers', '--lake', lake, ...crawl),
    ask(market, { probe: { lake, ...PROBED, version: packageJson.version } })
  ])
  market.disconnect()
}

async function makeRecorded(): Promise<void> {
  announce('indexing the bundled recording of an Akash 2.1 node')
  const chain = await serveRecording(join(root, 'tests/fixtures/recordings/v2.1'), { port: 0 })
  await ingest('index', '--rpc', chain.url, '--lake', lake)
  await chain.close()
}

async function makeLive(): Promise<void> {
  const rpc = options.rpc === undefined ? [] : ['--rpc', options.rpc]
  // Providers, and leases that are still open, are older than a few days: the state knows them. Once is enough, blocks tell what came since.
  announce('reading what the state of the public network remembers')
  const known = existsSync(join(lake, 'manifest.json')) && (await readManifest(lake)).snapshot !== undefined
  if (known) say('      read before')
  else await ingest('index', ...rpc, '--lake', lake, '--strategy', 'state')
  announce(`indexing its last ${LIVE_DAYS} days`)
  await ingest('index', ...rpc, '--lake', lake, '--days', String(LIVE_DAYS))
  announce('asking its providers')
  await ingest('providers', '--lake', lake, '--once')
}

/** The site, with the marts that it reads beside it. */
async function makeSite(): Promise<void> {
  announce('building the site')
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { recursive: true })
  await cp(join(lake, 'marts'), join(data, 'marts'), { recursive: true })
  await cp(join(lake, 'manifest.json'), join(data, 'manifest.json'))
  await node(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], { RACKRATE_SITE: site })
}

/** Opens the address where there is a desktop; elsewhere the printed address must do. */
function openBrowser(url: string): void {
  const desktop =
    process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined
  if (!desktop || process.env['CI'] !== undefined) return
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .once('error', () => say('Open the address in a browser.'))
    .unref()
}

const WHAT = {
  simulated: 'a simulated market, not observed data',
  recorded: 'a recorded test chain, not the live network',
  live: `the last ${LIVE_DAYS} days of the public network`
}

async function main(): Promise<void> {
  const code = await digest('ingest', 'src/lib/model', 'src/lib/sql/views', 'src/lib/engine', 'package-lock.json')
  // A market up to today is good enough tomorrow, unless a day is asked for. The public network is asked again each time: its lake grows.
  const market = { ...options.market, until: options.stated ? options.market.until : 'today' }
  const wanted: Stamp = {
    lake: `${code} ${JSON.stringify(kind === 'simulated' ? market : null)}`,
    site: await digest('src', 'static/icon.svg', 'scripts/start.ts', 'svelte.config.js', 'vite.config.ts', 'package-lock.json')
  }
  await mkdir(home, { recursive: true })
  const before = options.fresh ? null : await readStamp()
  const sameLake = kind !== 'live' && before?.lake === wanted.lake && existsSync(join(lake, 'manifest.json'))
  const sameSite = sameLake && before.site === wanted.site && existsSync(join(site, 'index.html'))
  if (!sameSite) await rm(stampFile, { force: true })
  if (sameLake) say(`using the lake in ${lake.slice(root.length + 1)} again; \`npm start -- --fresh\` makes a new one`)
  else {
    if (kind !== 'live' || options.fresh) await rm(lake, { recursive: true, force: true })
    await (kind === 'simulated' ? makeSimulated() : kind === 'live' ? makeLive() : makeRecorded())
    announce("making the site's tables")
    await ingest('build', '--lake', lake)
  }
  if (!sameSite) {
    await makeSite()
    await writeFile(stampFile, JSON.stringify(wanted))
  }
  step = STEPS - 1
  announce('serving it')
  const port = Number(process.env['PORT'] ?? 4173)
  const served = await serveFolder(site, port).catch((error: unknown) => {
    if (port === 0) throw error
    say(`port ${port} is taken: taking another`)
    return serveFolder(site, 0)
  })
  say(`\nRackrate is at ${served.url} (${WHAT[kind]}). Stop with Ctrl-C.`)
  openBrowser(served.url)
}

await main().catch((error: unknown) => {
  process.stderr.write(`\nnpm start ended: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
