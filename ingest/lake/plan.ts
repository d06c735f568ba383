/** What is left to index. Pure. */
import { cut, subtract, type Interval } from '../../src/lib/model/interval.ts'
import { CELL_HEIGHTS } from '../../src/lib/model/manifest.ts'

/**
 * The ranges to index, in height order: what is required and not done, none crossing a cell or a multiple of `chunk` heights.
 * @throws RangeError when `chunk` is not a whole number from 1 on
 */
export function plan(
  required: readonly Interval[],
  done: readonly Interval[],
  { chunk }: { readonly chunk: number }
): Interval[] {
  if (!Number.isSafeInteger(chunk) || chunk < 1) throw new RangeError(`chunk is ${chunk}: it must be a whole number from 1 on`)
  return cut(cut(subtract(required, done), CELL_HEIGHTS), chunk)
}
