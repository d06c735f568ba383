/** The state of the overview in the browser: what is asked for, what is shown, and the engine that leads from one to the other. */
import type { Lake } from '$lib/engine/lake'
import { readState, writeState, type ViewState, DEFAULT_STATE } from '$lib/model/state'
import { METRICS } from '$lib/sql/catalog'
import { METRIC_SQL } from '../lib/sql/bundled.ts'
import { loadOverview, scopeOf, type Choices, type OverviewRows, type RunMetric, type Scope } from './overview.ts'

type Shown = { readonly view: ViewState; readonly scope: Scope; readonly rows: OverviewRows }

export class Overview {
  /** What the address asks for. */
  wanted: ViewState = $state.raw(DEFAULT_STATE)
  /** The last view that was answered; stays on screen while the next one is on its way, and when it fails. */
  shown: Shown
  running = $state(false)
  error: string | null = $state(null)

  readonly #choices: Choices
  readonly #prerendered: Shown
  #lake: Promise<Lake> | undefined
  #asked = 0

  constructor(choices: Choices, rows: OverviewRows) {
    this.#choices = choices
    this.#prerendered = { view: DEFAULT_STATE, scope: scopeOf(DEFAULT_STATE, choices), rows }
    this.shown = $state.raw(this.#prerendered)
  }

  /** Follows the address. Equal states ask nothing. */
  follow(query: URLSearchParams): void {
    const view = readState(query)
    if (writeState(view) === writeState(this.wanted)) return
    this.wanted = view
    void this.load()
  }

  /** Starts the engine ahead of need. What goes wrong is told when it is needed. */
  warm(): void {
    this.#open().catch(() => undefined)
  }

  /** Brings `shown` to `wanted`. The newest question wins. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    const view = this.wanted
    this.error = null
    if (writeState(view) === '') {
      this.shown = this.#prerendered
      this.running = false
      return
    }
    this.running = true
    try {
      const scope = scopeOf(view, this.#choices)
      const rows = await loadOverview(await this.#runner(), scope)
      if (asked === this.#asked) this.shown = { view, scope, rows }
    } catch (cause) {
      if (asked === this.#asked) this.error = cause instanceof Error ? cause.message : String(cause)
    } finally {
      if (asked === this.#asked) this.running = false
    }
  }

  async #runner(): Promise<RunMetric> {
    const lake = await this.#open()
    return async (metric, params) => {
      await lake.need(METRICS[metric].needs)
      return (await lake.engine.query(METRIC_SQL[metric], params)) as never
    }
  }

  /** One boot for all askers; a failed boot may be tried again. */
  #open(): Promise<Lake> {
    this.#lake ??= import('$lib/engine/lake')
      .then(({ openLake }) => openLake('/data/'))
      .catch((cause: unknown) => {
        this.#lake = undefined
        throw cause
      })
    return this.#lake
  }
}
