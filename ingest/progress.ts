/** Progress of a run as lines of text: a value in, a line out, and a printer that suits terminals and logs. */

export type Progress = {
  readonly done: number
  readonly total: number
  readonly height: number
  readonly rows: number
  /** Seconds since the run began. */
  readonly seconds: number
  /** Blocks per second over the last stretch; 0 before the first block. */
  readonly rate: number
}

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** A duration in words: `45 s`, `3 min 20 s`, `2 h 5 min`, `8 d 3 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`
}

/** One line: heights, share, rate, estimate, rows. */
export function progressLine(p: Progress): string {
  const share = p.total === 0 ? 100 : (100 * p.done) / p.total
  const left =
    p.done >= p.total
      ? `took ${duration(p.seconds)}`
      : p.rate > 0
        ? `${duration((p.total - p.done) / p.rate)} left`
        : 'estimating'
  return [
    `height ${number.format(p.height)}`,
    `${number.format(p.done)} of ${number.format(p.total)} blocks (${share.toFixed(1)} %)`,
    `${number.format(p.rate)} blocks/s`,
    left,
    `${number.format(p.rows)} rows`
  ].join(' · ')
}

type Output = { readonly isTTY?: boolean | undefined; write(text: string): unknown }

/**
 * Prints progress: on a terminal one line rewritten five times a second, elsewhere a plain line every ten seconds.
 * Call `end` once; it leaves the last state on a line of its own.
 */
export function progressPrinter(out: Output, total: number, now: () => number = () => performance.now() / 1000) {
  const started = now()
  const every = out.isTTY ? 0.2 : 10
  let printed = out.isTTY ? -Infinity : started
  // The rate is taken over the last half minute, so that a slow start does not spoil the estimate.
  let marks: { at: number; done: number }[] = [{ at: started, done: 0 }]
  let state: Progress = { done: 0, total, height: 0, rows: 0, seconds: 0, rate: 0 }
  const print = (last: boolean): void => {
    const line = progressLine(state)
    out.write(out.isTTY ? `\r\u001b[2K${line}${last ? '\n' : ''}` : `${line}\n`)
  }
  return {
    update(done: number, height: number, rows: number): void {
      const at = now()
      const window = marks.filter((m) => m.at >= at - 30)
      const from = window[0] ?? { at: started, done: 0 }
      const rate = at > from.at ? (done - from.done) / (at - from.at) : 0
      state = { done, total, height, rows, seconds: at - started, rate }
      if (at - printed < every) return
      printed = at
      marks = [...window, { at, done }]
      print(false)
    },
    end(): void {
      const seconds = now() - started
      state = { ...state, seconds, rate: seconds > 0 ? state.done / seconds : 0 }
      print(true)
    }
  }
}
