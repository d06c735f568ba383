/** Direct labels that do not collide. */

/**
 * Moves labels apart: each at least `gap` below the one before, all within `[top, bottom]`, as near to where they want to be as possible.
 * Order is kept. Where there is no room for all, they are spread evenly.
 * @param wanted positions in the order in which the labels shall stand, top first
 */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  if (wanted.length === 0) return []
  const step = Math.min(gap, (bottom - top) / Math.max(wanted.length - 1, 1))
  // Groups of touching labels sit around the mean of what their members want; groups that overlap join.
  type Group = { readonly size: number; readonly sum: number }
  const first = (group: Group) => {
    const centred = group.sum / group.size
    return Math.min(Math.max(centred, top), bottom - (group.size - 1) * step)
  }
  const groups: Group[] = []
  for (const want of wanted) {
    let group: Group = { size: 1, sum: want }
    for (let last = groups.at(-1); last && first(last) + last.size * step > first(group); last = groups.at(-1)) {
      groups.pop()
      group = { size: last.size + group.size, sum: last.sum + group.sum - last.size * step * group.size }
    }
    groups.push(group)
  }
  return groups.flatMap((group) => Array.from({ length: group.size }, (_, k) => first(group) + k * step))
}
