/** Moves and stretches the data of SVG paths, so that a picture needs no nested viewports, in which programs disagree. */

/** `x' = a x + e`, `y' = d y + f`: what charts do to their marks. */
export type Stretch = { readonly a: number; readonly d: number; readonly e: number; readonly f: number }

const COMMAND = /([a-z])([^a-z]*)/gi
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi
/** Numbers of one step of a command. */
const ARGUMENTS: { readonly [command: string]: number } = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 }

/** With two decimals: a hundredth of a pixel. */
export function decimals(value: number): string {
  return String(Math.round(value * 100) / 100 || 0)
}

/**
 * Path data in absolute commands, stretched.
 * @throws Error naming what can't be read, or an arc that is both turned and stretched unevenly
 */
export function stretchPath(data: string, { a, d, e, f }: Stretch): string {
  let [x, y, startX, startY] = [0, 0, 0, 0]
  const out: string[] = []
  const put = (command: string, ...numbers: readonly number[]) => out.push(command + numbers.map(decimals).join(' '))
  // An exponent's letter is no command.
  for (const [, letter = '', rest = ''] of data
    .replaceAll(/(\d)e([-+]?\d)/gi, (_, one, two) => `${one}\u0000${two}`)
    .matchAll(COMMAND)) {
    const command = letter.toUpperCase()
    const size = ARGUMENTS[command]
    if (size === undefined) throw new Error(`path data with the unknown command '${letter}'`)
    const numbers = numbersOf(rest.replaceAll('\u0000', 'e'), command)
    if (size === 0 ? numbers.length > 0 : numbers.length === 0 || numbers.length % size > 0)
      throw new Error(`path data with ${numbers.length} numbers after '${letter}'`)
    const relative = letter !== command
    for (let at = 0; at < Math.max(numbers.length, 1); at += size || 1) {
      const step = numbers.slice(at, at + size)
      const [ox, oy] = relative ? [x, y] : [0, 0]
      switch (command) {
        case 'Z':
          out.push('Z')
          ;[x, y] = [startX, startY]
          break
        case 'H':
          x = (step[0] ?? 0) + ox
          put('H', a * x + e)
          break
        case 'V':
          y = (step[0] ?? 0) + oy
          put('V', d * y + f)
          break
        case 'A': {
          const [rx = 0, ry = 0, turn = 0, large = 0, sweep = 0, toX = 0, toY = 0] = step
          if (turn !== 0 && Math.abs(a) !== Math.abs(d)) throw new Error('path data with an arc that is turned and stretched')
          ;[x, y] = [toX + ox, toY + oy]
          const mirrored = a * d < 0
          put(
            'A',
            rx * Math.abs(a),
            ry * Math.abs(d),
            mirrored ? -turn : turn,
            large,
            mirrored ? 1 - sweep : sweep,
            a * x + e,
            d * y + f
          )
          break
        }
        default: {
          const points = step.map((value, i) => value + (i % 2 === 0 ? ox : oy))
          ;[x = x, y = y] = points.slice(-2)
          // Further points of a move are lines.
          put(
            command === 'M' && at > 0 ? 'L' : command,
            ...points.map((value, i) => (i % 2 === 0 ? a * value + e : d * value + f))
          )
          if (command === 'M' && at === 0) [startX, startY] = [x, y]
        }
      }
    }
  }
  return out.join('')
}

/** The two flags of an arc are single digits, which may stand without a space. */
function numbersOf(text: string, command: string): readonly number[] {
  if (command !== 'A') return (text.match(NUMBER) ?? []).map(Number)
  const numbers: number[] = []
  const reader = new RegExp(NUMBER.source, 'gi')
  const flag = /[01]/g
  for (let at = 0; ;) {
    const wanted = [3, 4].includes(numbers.length % 7) ? flag : reader
    wanted.lastIndex = at
    const found = wanted.exec(text)
    if (!found) return numbers
    numbers.push(Number(found[0]))
    at = found.index + found[0].length
  }
}
