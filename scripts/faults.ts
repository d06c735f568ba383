/**
 * `npm run faults -- --runs 1000 [--seed N] [--jobs 2] [--only KIND]`: runs over recordings against faulty endpoints, kills, full disks and
 * clock jumps. Each must end with the undisturbed bytes, a clear stop or recorded gaps. Exit status 1 when one is wrong.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { Command, InvalidArgumentError, Option } from 'commander'
import { openReferences } from '../tests/faults/reference.ts'
import { KINDS, runSeed, type Kind, type Outcome } from '../tests/faults/run.ts'

type Options = {
  readonly runs: number
  readonly seed: number
  readonly jobs: number
  readonly only?: Kind
  readonly minutes?: number
  readonly verbose?: true
}

const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}
const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** A process that runs the seeds it is sent. */
async function work(): Promise<void> {
  const references = await openReferences()
  process.on('message', ({ seed, only }: { readonly seed: number; readonly only?: Kind }) => {
    void runSeed(references, seed, only).then((outcome) => process.send?.(outcome))
  })
  process.on('disconnect', () => {
    void references.close().then(() => process.exit(0))
  })
  process.send?.('ready')
}

const replay = ({ seed }: Outcome, only: Kind | undefined): string =>
  `npm run faults -- --runs 1 --seed ${seed}${only === undefined ? '' : ` --only ${only}`} --verbose`

/** Runs the seeds over worker processes. A worker that dies makes its run wrong and is replaced. */
function runAll(
  { runs, seed: first, jobs, only, minutes = Infinity }: Options,
  onOutcome: (outcome: Outcome) => void
): Promise<void> {
  const until = performance.now() + minutes * 60_000
  let next = first
  const workers = new Set<ChildProcess>()
  return new Promise((done) => {
    const start = (): void => {
      const worker = fork(import.meta.filename, ['--worker'])
      let seed: number | undefined
      workers.add(worker)
      worker.on('message', (message) => {
        if (message !== 'ready') onOutcome(message as Outcome)
        if (next >= first + runs || performance.now() > until) {
          seed = undefined
          worker.disconnect()
          return
        }
        seed = next++
        worker.send({ seed, only })
      })
      worker.on('exit', (code, signal) => {
        workers.delete(worker)
        if (seed !== undefined) {
          onOutcome({
            seed,
            kind: only ?? 'mixed',
            verdict: 'wrong',
            needless: false,
            retries: 0,
            ms: 0,
            words: `its process ended with ${signal ?? code}`
          })
          start()
        } else if (workers.size === 0) done()
      })
    }
    for (let i = 0; i < Math.min(jobs, runs); i++) start()
  })
}

function table(outcomes: readonly Outcome[]): string {
  const line = (name: string, of: readonly Outcome[]): string => {
    const count = (verdict: Outcome['verdict']): number => of.filter((outcome) => outcome.verdict === verdict).length
    const retries = of.reduce((sum, outcome) => sum + outcome.retries, 0)
    const ms = of.reduce((sum, outcome) => sum + outcome.ms, 0) / of.length
    return [
      of.length,
      count('identical'),
      count('stopped'),
      count('gaps'),
      of.filter((outcome) => outcome.needless).length,
      retries,
      count('wrong'),
      ms.toFixed(0)
    ].reduce<string>((text, cell) => text + String(cell).padStart(12), name.padEnd(24))
  }
  const head = ['runs', 'identical', 'clear stops', 'gaps', 'needless', 'retries', 'wrong', 'ms a run'].reduce(
    (text, cell) => text + cell.padStart(12),
    'fault'.padEnd(24)
  )
  const kinds = KINDS.filter((kind) => outcomes.some((outcome) => outcome.kind === kind))
  return [
    head,
    ...kinds.map((kind) =>
      line(
        kind,
        outcomes.filter((outcome) => outcome.kind === kind)
      )
    ),
    line('all', outcomes)
  ].join('\n')
}

async function main(options: Options): Promise<void> {
  const { runs, seed, only, verbose } = options
  say(`${runs} runs from seed ${seed}${only === undefined ? '' : `, only ${only}`}`)
  const outcomes: Outcome[] = []
  await runAll(options, (outcome) => {
    outcomes.push(outcome)
    if (verbose || outcome.verdict === 'wrong')
      say(`seed ${outcome.seed} ${outcome.kind} ${outcome.verdict} (${outcome.ms.toFixed(0)} ms) ${outcome.words}`)
    if (outcome.verdict === 'wrong') say(`  replay: ${replay(outcome, only)}`)
    const wrong = outcomes.filter(({ verdict }) => verdict === 'wrong').length
    if (process.stdout.isTTY) process.stdout.write(`\r${outcomes.length} of ${runs}, ${wrong} wrong `)
    else if (outcomes.length % 50 === 0) say(`${outcomes.length} of ${runs}, ${wrong} wrong`)
  })
  say(`\n${table(outcomes)}`)
  say(`\nreplay one: npm run faults -- --runs 1 --seed N --verbose (seeds ${seed} to ${seed + runs - 1})`)
  process.exitCode = outcomes.length > 0 && outcomes.every(({ verdict }) => verdict !== 'wrong') ? 0 : 1
}

if (process.argv[2] === '--worker') await work()
else
  await new Command('faults')
    .description('run the indexer over recordings while everything goes wrong; nothing wrong may come of it')
    .option('--runs <n>', 'how many runs', whole, 1000)
    .option('--seed <n>', 'seed of the first run; the others follow', whole, 1)
    .option('--jobs <n>', 'processes at once', whole, 2)
    .option('--minutes <n>', 'start no run after this many minutes', whole)
    .addOption(new Option('--only <kind>', 'one kind of fault').choices(KINDS))
    .option('--verbose', 'a line for each run')
    .action(main)
    .parseAsync()
