/** The state of a page in the browser: what is asked for, what is shown, and the engine that leads from one to the other. */
import type { Lake } from '$lib/engine/lake'
import { DEFAULT_STATE, readState, writeState, type ViewState } from '$lib/model/state'
import { METRICS } from '$lib/sql/catalog'
import { METRIC_SQL } from '../lib/sql/bundled.ts'
import type { RunMetric } from './overview.ts'

type Shown<Scope, Rows> = { readonly view: ViewState; readonly scope: Scope; readonly rows: Rows }

/** What differs from page to page. */
type Page<Scope, Rows> = {
  /** Rows of the default view. */
  readonly rows: Rows
  readonly scopeOf: (view: ViewState) => Scope
  readonly load: (run: RunMetric, scope: Scope) => Promise<Rows>
}

/** The engine is one for all pages: it outlives them. */
let lake: Promise<Lake> | undefined

/** One boot for all askers; a failed boot may be tried again. */
function openedLake(): Promise<Lake> {
  lake ??= import('$lib/engine/lake')
    .then(({ openLake }) => openLake('/data/'))
    .catch((cause: unknown) => {
      lake = undefined
      throw cause
    })
  return lake
}

/** The part of a state that changes what is asked of the lake. */
const questionOf = (view: ViewState) =>
  writeState({ ...view, sort: null, clouds: null, log: false, indexed: false, hours: DEFAULT_STATE.hours })

export class PageState<Scope, Rows> {
  /** What the address asks for. */
  wanted: ViewState = $state.raw(DEFAULT_STATE)
  /** The last view that was answered; stays on screen while the next one is on its way, and when it fails. */
  shown: Shown<Scope, Rows>
  running = $state(false)
  error: string | null = $state(null)

  readonly #page: Page<Scope, Rows>
  readonly #prerendered: Shown<Scope, Rows>
  #asked = 0

  constructor(page: Page<Scope, Rows>) {
    this.#page = page
    this.#prerendered = { view: DEFAULT_STATE, scope: page.scopeOf(DEFAULT_STATE), rows: page.rows }
    this.shown = $state.raw(this.#prerendered)
  }

  /** Follows the address. Equal questions ask nothing. */
  follow(query: URLSearchParams): void {
    const view = readState(query)
    if (writeState(view) === writeState(this.wanted)) return
    const same = questionOf(view) === questionOf(this.wanted)
    this.wanted = view
    if (!same) void this.load()
  }

  /** Starts the engine ahead of need. What goes wrong is told when it is needed. */
  warm(): void {
    openedLake().catch(() => undefined)
  }

  /** Brings `shown` to `wanted`. The newest question wins. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    const view = this.wanted
    this.error = null
    if (questionOf(view) === '') {
      this.shown = this.#prerendered
      this.running = false
      return
    }
    this.running = true
    try {
      const scope = this.#page.scopeOf(view)
      const rows = await this.#page.load(await runner(), scope)
      if (asked === this.#asked) this.shown = { view, scope, rows }
    } catch (cause) {
      if (asked === this.#asked) this.error = cause instanceof Error ? cause.message : String(cause)
    } finally {
      if (asked === this.#asked) this.running = false
    }
  }
}

async function runner(): Promise<RunMetric> {
  const { engine, need } = await openedLake()
  return async (metric, params) => {
    await need(METRICS[metric].needs)
    return (await engine.query(METRIC_SQL[metric], params)) as never
  }
}
