/** An event as JSON, in the shape in which a node of CometBFT 0.38 gives it: strings plain. */

export type Pair = readonly [key: string, value: string]
/** Attributes at the end of each event: `msg_index`, `mode`. */
export type Tail = readonly Pair[]

/** Values here hold neither control characters nor backslashes, so quotes are all that is escaped. */
const escaped = (text: string): string => (text.includes('"') ? text.replaceAll('"', '\\"') : text)

/** Written by hand: it is most of the work of serving a block. */
export function event(type: string, pairs: readonly Pair[], tail: Tail): string {
  let text = `{"type":"${type}","attributes":[`
  let first = true
  for (const [key, value] of pairs) {
    text += `${first ? '' : ','}{"key":"${key}","value":"${escaped(value)}","index":true}`
    first = false
  }
  for (const [key, value] of tail) text += `,{"key":"${key}","value":"${value}","index":true}`
  return `${text}]}`
}
