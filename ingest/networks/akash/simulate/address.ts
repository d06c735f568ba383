/** Addresses of simulated accounts: bech32 with the prefix `akash`, as https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki has it. */
import { createHash } from 'node:crypto'

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const PREFIX = 'akash'
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const

function polymod(values: readonly number[]): number {
  let checksum = 1
  for (const value of values) {
    const top = checksum >>> 25
    checksum = ((checksum & 0x1ffffff) << 5) ^ value
    GENERATORS.forEach((generator, i) => {
      if ((top >>> i) & 1) checksum ^= generator
    })
  }
  return checksum
}

/** Groups of five bits. */
function words(bytes: Uint8Array): number[] {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) out.push((held >>> (bits - 5)) & 31)
  }
  return out
}

/** The account that a name stands for: the same for the same name. */
export function addressOf(name: string): string {
  const data = words(createHash('sha256').update(name).digest().subarray(0, 20))
  const prefix = Array.from(PREFIX, (c) => c.charCodeAt(0))
  const expanded = [...prefix.map((c) => c >>> 5), 0, ...prefix.map((c) => c & 31)]
  const checksum = polymod([...expanded, ...data, 0, 0, 0, 0, 0, 0]) ^ 1
  const tail = [0, 1, 2, 3, 4, 5].map((i) => (checksum >>> (5 * (5 - i))) & 31)
  return `${PREFIX}1${[...data, ...tail].map((word) => ALPHABET[word]).join('')}`
}
