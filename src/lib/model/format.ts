/** Numbers and names for readers: three significant digits in prose and labels, all digits in tables. */

const NBSP = '\u00a0'
/** What stands for an unknown value. */
const UNKNOWN = '–'

const SCALES = [
  { from: 1e9, by: 1e9, suffix: `${NBSP}G` },
  { from: 1e6, by: 1e6, suffix: `${NBSP}M` },
  { from: 1e4, by: 1e3, suffix: `${NBSP}k` }
] as const

/** Three significant digits, thousands shortened from 10 000 on: `0.0273`, `38.7`, `4 137`, `97.5 k`. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-6) return value.toExponential(1)
  const scale = SCALES.find(({ from }) => size >= from * 0.9995)
  const scaled = scale ? value / scale.by : value
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(scaled))))
  const rounded = scaled.toFixed(Math.min(places, 8))
  return `${grouped(rounded.includes('.') ? rounded.replace(/\.?0+$/, '') : rounded)}${scale?.suffix ?? ''}`
}

/** A price or amount of money: like `short`, but keeps both decimals below 100, so that `21.70` lines up with `38.71`. */
export function amount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN
  const size = Math.abs(value)
  if (size >= 100 || (size > 0 && size < 0.1)) return short(value)
  return value.toFixed(2)
}

/** Whole number with thin groups: `29 611 204`. Takes digit strings too. */
export function whole(value: number | string | null): string {
  return value === null ? UNKNOWN : grouped(String(typeof value === 'number' ? Math.round(value) : value))
}

/** `62.4 %` */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return UNKNOWN
  const text =
    share > 0 && share < 0.001
      ? '<0.1'
      : share < 0.1 || share > 0.99
        ? (share * 100).toFixed(1).replace(/\.0$/, '')
        : (share * 100).toFixed(0)
  return `${text}${NBSP}%`
}

/** `1 lease`, `23 leases` */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)}${NBSP}${n === 1 ? one : many}`
}

/** A model id as people write it: `nvidia/rtx4090` is `RTX 4090`. Other vendors stay named. */
export function modelName(model: string): string {
  if (model === 'other') return 'other models'
  if (model === 'unknown') return 'model unknown'
  const [vendor, name = ''] = model.split(/\/(.*)/s)
  if (name === '') return isolated(model)
  if (name === '*') return isolated(`any ${vendor === 'nvidia' ? 'Nvidia' : vendor}`)
  const words = name
    .replace(/^(rtx|gtx|quadro)(?=\d|a\d|pro)/i, '$1 ')
    .replace(/^rtx pro(?=\d)/i, 'rtx pro ')
    .split(/[ -]/)
  const written = words.map((word) =>
    /^[a-z]{4,}$|^ada$/.test(word) && !/\d/.test(word) ? `${word[0]?.toUpperCase()}${word.slice(1)}` : word.toUpperCase()
  )
  return isolated(`${vendor === 'nvidia' ? '' : `${vendor?.toUpperCase()} `}${written.join(' ')}`)
}

/** Both ends of an address: `akash1f87l…sk5ts`. */
export function shortAddress(address: string): string {
  return address.length > 20 ? `${address.slice(0, 10)}…${address.slice(-5)}` : address
}

function grouped(digits: string): string {
  const [integer = '', fraction] = digits.split('.')
  const text = integer.replace(/^-/, '')
  const groups = text.length > 4 || (text.length === 4 && fraction === undefined) ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text
  return `${integer.startsWith('-') ? '−' : ''}${groups}${fraction === undefined ? '' : `.${fraction}`}`
}

/** A text from the chain if a reader can see anything of it, else null: blanks and invisible characters are no name. */
export function visible(text: string | null): string | null {
  return text !== null && /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text.trim() : null
}

/** A text from the chain within a sentence: Unicode isolates keep its direction of writing to itself. */
export function isolated(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `\u2068${text}\u2069`
}
