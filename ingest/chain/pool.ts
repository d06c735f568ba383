/** Several endpoints of one chain as one: each call goes to one that has the height and is free, and on to another when it fails. */
import type { Clock } from './clock.ts'
import type { Comet, NodeStatus } from './comet.ts'
import type { Call, Endpoint } from './endpoint.ts'
import { AboveTipError, BelowFloorError, ChainError, PermanentError, TransientError } from './errors.ts'
import { AGAIN, createQueue, MAX_WAIT_MS } from './queue.ts'

export type Task<T> = {
  /** Names the call in errors: `block 5`. */
  readonly what: string
  /** Heights that it is about; the lowest goes first. */
  readonly from: number
  readonly to: number
  readonly ask: (comet: Comet, host: string) => Promise<T>
  /** Which endpoints may be asked, among those that have the heights. All when absent. */
  readonly fits?: (endpoint: Endpoint) => boolean
  /** Not worth a second try. */
  readonly once?: boolean
}
export type Served<T> = { readonly value: T; readonly host: string }
export type Pool = {
  /** Hosts, for messages. */
  readonly hosts: string
  /** Asks every endpoint for its status; those that fail are left for later. Rejects when none answers, or when they serve different chains. */
  readonly survey: (signal: AbortSignal) => Promise<readonly NodeStatus[]>
  /**
   * Asks those again whose status is older than `maxAgeMs`; what fails stays as it was known. Rejects only when one turns out to serve
   * another chain, or with the signal's reason.
   */
  readonly refresh: (maxAgeMs: number, signal: AbortSignal) => Promise<void>
  /** Statuses as last known. */
  readonly known: () => readonly NodeStatus[]
  readonly run: <T>(task: Task<T>, signal: AbortSignal) => Promise<Served<T>>
}
export type PoolOptions = {
  /** Times that one call is tried before it is given up. */
  readonly attempts: number
  /** Called at each failed try, with the wait before the next, milliseconds. */
  readonly onFault?: ((error: ChainError, waitMs: number) => void) | undefined
}

const BACKOFF_MS = 250
const MAX_BACKOFF_MS = 15_000
/** Retries that all calls share: each costs one, each call that goes well gives back a part. So a dying network ends the run. */
const RETRY_BUDGET = 64
const REFUND = 0.5

/** A pool over endpoints, each of which may still be unknown. It waits for nothing any more once `closed` aborts. */
export function createPool(
  endpoints: readonly Endpoint[],
  { attempts, onFault }: PoolOptions,
  clock: Clock,
  closed: AbortSignal
): Pool {
  const hosts = endpoints.map(({ host }) => host).join(', ')
  const { acquire, dispatch } = createQueue(endpoints, hosts, clock, closed)
  let budget = RETRY_BUDGET
  /** Calls of one batch fail with one error, which costs one retry. */
  const charged = new WeakSet<ChainError>()

  const known = (): readonly NodeStatus[] => endpoints.flatMap((e) => e.status() ?? [])

  const backoff = (attempt: number): number => {
    const most = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (attempt - 1))
    return most / 2 + (most / 2) * clock.random()
  }

  const gaveUp = (what: string, why: string, cause: ChainError): PermanentError =>
    new PermanentError('gave-up', `${what}: ${why}. Last fault: ${cause.message.replace(/\.$/, '')}. ${AGAIN}`, { cause })

  /** Asks for the status and checks that it is of the same chain as the others. */
  const verify = async ({ endpoint, comet }: Call, signal: AbortSignal): Promise<NodeStatus> => {
    const status = await comet.status(signal)
    const other = endpoints.find((e) => e !== endpoint && (e.status()?.chainId ?? status.chainId) !== status.chainId)
    if (other)
      throw new PermanentError(
        'wrong-chain',
        `Endpoints serve different chains: ${other.host} serves ${other.status()?.chainId}, ${endpoint.host} serves ${status.chainId}. Give only endpoints of one chain in --rpc.`
      )
    endpoint.learn(status)
    return status
  }

  /** The statuses that came and why others did not. Rejects when one serves another chain. */
  const askAll = async (asked: readonly Endpoint[], signal: AbortSignal) => {
    const statuses: NodeStatus[] = []
    const faults: ChainError[] = []
    const ask = async (endpoint: Endpoint): Promise<void> => {
      const call = endpoint.begin()
      let outcome: ChainError | null | undefined
      try {
        statuses.push(await verify(call, signal))
        outcome = null
      } catch (error) {
        if (!(error instanceof ChainError) || error.fault === 'wrong-chain') throw error
        faults.push((outcome = error))
      } finally {
        call.end(outcome)
      }
    }
    const outcomes = await Promise.allSettled(asked.map(ask))
    signal.throwIfAborted()
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    dispatch()
    return { statuses, faults }
  }

  const survey = async (signal: AbortSignal): Promise<readonly NodeStatus[]> => {
    for (let attempt = 1; ; attempt++) {
      const awake = endpoints.filter((e) => e.restsFor() === 0)
      const { statuses, faults } = await askAll(awake.length > 0 ? awake : endpoints, signal)
      const [first] = faults
      const asked = Math.min(...faults.map((fault) => (fault instanceof TransientError ? (fault.retryAfterMs ?? 0) : Infinity)))
      const over = statuses.length > 0 || attempt >= attempts || asked > MAX_WAIT_MS
      const wait = over ? 0 : Math.max(backoff(attempt), asked)
      for (const fault of faults) onFault?.(fault, wait)
      if (statuses.length > 0) return statuses
      if (over && first) throw gaveUp('status', `no endpoint answers (${hosts})`, first)
      await clock.sleep(wait, signal)
    }
  }

  const refresh = async (maxAgeMs: number, signal: AbortSignal): Promise<void> => {
    const now = clock.now()
    const { faults } = await askAll(
      endpoints.filter((e) => e.restsFor() === 0 && now - e.learntAt() > maxAgeMs),
      signal
    )
    for (const fault of faults) onFault?.(fault, 0)
  }

  /** Why no endpoint can serve the heights of a task. */
  const uncovered = (from: number, to: number, cause: ChainError | undefined): ChainError => {
    if (endpoints.some((e) => e.covers(from, to)))
      return new PermanentError('rejected', `None of ${hosts} can be asked about heights ${from}-${to} now.`, cause && { cause })
    const tip = Math.max(...known().map((status) => status.latestHeight))
    const floors = known().map((status) => status.earliestHeight)
    const options = cause && { cause }
    if (to > tip) return new AboveTipError(hosts, to, tip, options)
    return new BelowFloorError(hosts, from, Math.min(...floors.filter((floor) => floor > from)), options)
  }

  const candidates = (task: Task<unknown>, refused: ReadonlySet<Endpoint>): readonly Endpoint[] =>
    endpoints.filter((e) => !refused.has(e) && e.covers(task.from, task.to) && (task.fits?.(e) ?? true))

  const run = async <T>(task: Task<T>, signal: AbortSignal): Promise<Served<T>> => {
    const refused = new Set<Endpoint>()
    const failed = new Set<Endpoint>()
    let fault: ChainError | undefined
    for (let attempt = 1; ;) {
      const call = await acquire({ order: task.from, candidates: () => candidates(task, refused), failed }, signal)
      if (!call) throw fault && !(fault instanceof BelowFloorError) ? fault : uncovered(task.from, task.to, fault)
      const { endpoint, comet } = call
      let outcome: ChainError | null | undefined
      try {
        if (endpoint.suspect()) await verify(call, signal)
        const value = await task.ask(comet, endpoint.host)
        outcome = null
        budget = Math.min(RETRY_BUDGET, budget + REFUND)
        return { value, host: endpoint.host }
      } catch (error) {
        if (!(error instanceof ChainError) || error.fault === 'wrong-chain') throw error
        // Its status has the height, or it would not have been asked: some node behind the same address is behind.
        outcome = error instanceof AboveTipError ? new TransientError('lagging', error.message, { cause: error }) : error
        fault = outcome
        if (fault instanceof BelowFloorError) endpoint.learnFloor(fault.floor)
        if (!fault.retryable) refused.add(endpoint)
      } finally {
        call.end(outcome)
        dispatch()
      }
      if (!fault.retryable) {
        // That a node is of another version is an answer.
        if (fault.fault !== 'unknown-query') onFault?.(fault, 0)
        continue
      }
      if (task.once) throw gaveUp(task.what, `gave up after ${attempt} tries`, fault)
      failed.delete(endpoint)
      failed.add(endpoint)
      // Going on to one that is sound, as far as is known, is no retry: neither waited for nor counted.
      if (candidates(task, refused).some((e) => !failed.has(e) && !e.suspect())) {
        onFault?.(fault, 0)
        continue
      }
      if (attempt >= attempts) throw gaveUp(task.what, `gave up after ${attempt} tries`, fault)
      if (!charged.has(fault)) {
        charged.add(fault)
        budget--
      }
      if (budget < 0) throw gaveUp(task.what, `gave up, since most calls fail`, fault)
      const wait = backoff(attempt)
      onFault?.(fault, wait)
      attempt++
      await clock.sleep(wait, signal)
    }
  }

  return { hosts, survey, refresh, known, run }
}
