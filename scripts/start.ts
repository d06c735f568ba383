/** `npm start`: the whole way once, on the bundled recording, and the page at the end. */
import { spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { serveFolder } from '../ingest/commands/serve.ts'
import { serveRecording } from '../ingest/recording/serve.ts'

const root = resolve(import.meta.dirname, '..')
const recording = join(root, 'tests/fixtures/recordings/v2.1')
const lake = join(root, '.rackrate/lake')
const started = performance.now()
let step = 0

const say = (text: string): void => void process.stdout.write(`${text}\n`)
function announce(text: string): void {
  step++
  say(`[${step}/5] ${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

let running: ChildProcess | undefined
process.once('exit', () => running?.kill())

/** Runs a script of ours and waits for it. Throws Error when it fails. */
function node(...args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    running = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    running.once('error', fail)
    running.once('exit', (code) => {
      running = undefined
      if (code === 0) done()
      else fail(new Error(`${args.join(' ')} ended with status ${code}`))
    })
  })
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

/** Copies what the site reads: the manifest and the marts. */
async function publish(): Promise<void> {
  const data = join(root, 'static/data')
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { recursive: true })
  await cp(join(lake, 'marts'), join(data, 'marts'), { recursive: true })
  await cp(join(lake, 'manifest.json'), join(data, 'manifest.json'))
}

announce('serving the bundled recording of an Akash 2.1 node on 127.0.0.1')
const chain = await serveRecording(recording, { port: 0 })
announce('indexing its blocks into .rackrate/lake')
await rm(lake, { recursive: true, force: true })
await node('ingest/cli.ts', 'index', '--rpc', chain.url, '--lake', lake)
await chain.close()
announce("making the site's tables")
await node('ingest/cli.ts', 'build', '--lake', lake)
await publish()
announce('building the site')
await node('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn')
announce('serving it')
const site = await serveFolder(join(root, 'build'), Number(process.env['PORT'] ?? 4173)).catch(() =>
  serveFolder(join(root, 'build'), 0)
)
say(`\nRackrate is at ${site.url} (a recorded test chain, not the live network). Stop with Ctrl-C.`)
openBrowser(site.url)
