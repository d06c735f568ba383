/** How a pointer reads a plot over time: which bucket it is at, and the range that a stroke with the mouse asks for. */
import { brushed, nearest, positionOf } from './pointer.ts'

type Plot = {
  /** Middles of the buckets, in per mille. */
  readonly middles: readonly number[]
  /** Start, end and bucket of the axis, milliseconds. */
  readonly axis: { readonly from: number; readonly to: number; readonly bucket: number }
  /** A range was drawn; milliseconds. */
  readonly onrange: (from: number, to: number) => void
}

export class Reading {
  /** The bucket pointed at. */
  pointed: number | null = $state(null)
  /** Ends of the stroke in hand, in per mille. */
  brush: { readonly from: number; readonly to: number } | null = $state.raw(null)
  readonly #plot: () => Plot

  constructor(plot: () => Plot) {
    this.#plot = plot
  }

  move = (event: PointerEvent): void => {
    const x = positionOf(event)
    this.pointed = nearest(this.#plot().middles, x)
    if (this.brush) this.brush = { from: this.brush.from, to: x }
  }

  press = (event: PointerEvent): void => {
    this.move(event)
    if (event.pointerType !== 'mouse' || event.button !== 0) return
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    this.brush = { from: positionOf(event), to: positionOf(event) }
  }

  release = (): void => {
    const { axis, onrange } = this.#plot()
    const range = this.brush && brushed(this.brush, axis)
    this.brush = null
    if (range) onrange(range.from, range.to)
  }

  /** A touch pins what it points at. */
  leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') this.pointed = null
  }
}
