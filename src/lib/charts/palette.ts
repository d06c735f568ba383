/** Which hue a GPU model has. Seven hues are safe for colour-blind readers; models beyond them are drawn in grey. */

const HUES = 7
/** A hue by number, or the grey of everything else. Names a class of app.css: `hue-1` … `hue-7`, `hue-other`. */
export type Hue = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 'other'

/** The hues that well-known models keep wherever they are shown and whatever else is. */
const PREFERRED: { readonly [model: string]: Exclude<Hue, 'other'> } = {
  'nvidia/h100': 1,
  'nvidia/a100': 2,
  'nvidia/h200': 3,
  'nvidia/rtx4090': 4,
  'nvidia/t4': 5,
  'nvidia/b200': 6,
  'nvidia/rtx5090': 7,
  'nvidia/l40s': 5,
  'nvidia/rtx3090': 6
}

/**
 * Hues of the models of a lake: the seven most leased get one each, well-known ones the same in every lake.
 * @param ranked models of the whole lake, most leased first
 */
export function modelHues(ranked: readonly string[]): ReadonlyMap<string, Hue> {
  const chosen = ranked.slice(0, HUES)
  const hues = new Map<string, Hue>()
  const free = new Set<Hue>([1, 2, 3, 4, 5, 6, 7])
  for (const model of chosen) {
    const wish = PREFERRED[model]
    if (wish !== undefined && free.delete(wish)) hues.set(model, wish)
  }
  for (const model of chosen) {
    if (hues.has(model)) continue
    const [next] = free
    if (next === undefined) break
    free.delete(next)
    hues.set(model, next)
  }
  return hues
}
