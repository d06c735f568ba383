/** Chance that hangs on a seed and nothing else: the same words give the same number, in whatever order answers arrive. */

type Word = string | number
export type Chance = {
  /** From 0 to below 1. */
  readonly of: (...words: readonly Word[]) => number
  readonly yes: (probability: number, ...words: readonly Word[]) => boolean
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number, ...words: readonly Word[]) => number
  readonly pick: <T>(list: readonly T[], ...words: readonly Word[]) => T
  /** A chance of its own for a part of the run. */
  readonly under: (...words: readonly Word[]) => Chance
}

/** FNV-1a over the words, finished as MurmurHash3 is so that near words lie far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

export function chanceOf(seed: Word): Chance {
  const of = (...words: readonly Word[]): number => hash([seed, ...words].join(' ')) / 2 ** 32
  return {
    of,
    yes: (probability, ...words) => of(...words) < probability,
    between: (low, high, ...words) => low + Math.floor(of(...words) * (high - low + 1)),
    pick: (list, ...words) => {
      const picked = list[Math.floor(of(...words) * list.length)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    under: (...words) => chanceOf([seed, ...words].join(' '))
  }
}
