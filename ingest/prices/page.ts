/** Price tables that exist only as web pages: the whole page as a tree, and a cell as a price in US dollars. */
import { parse, type HTMLElement } from 'node-html-parser'
import { beginning } from './client.ts'
import { readPrice } from './money.ts'
import { PriceError, type PriceClient } from './source.ts'

/** Pages of prices measure well below 2 MB; what is larger is something else. Bytes. */
const MAX_BYTES = 8_000_000

/**
 * Fetches a page.
 * @throws PriceError when it is no page or ends early: the last price of a page cut off may lack digits
 */
export async function readPage(client: PriceClient, url: string): Promise<HTMLElement> {
  const { text } = await client.text(url, { maxBytes: MAX_BYTES, headers: { accept: 'text/html' } })
  if (!/<html[\s>]/i.test(text)) throw new PriceError(`${url} answered with what is no page: ${beginning(text)}`)
  if (!/<\/html>/i.test(text)) throw new PriceError(`${url} broke off before the end of the page. Try again later.`)
  return parse(text)
}

/** The text of an element on one line. */
export function textOf(element: HTMLElement | null | undefined): string {
  return element?.textContent.replace(/\s+/g, ' ').trim() ?? ''
}

/** `$1,234.50` as `1234.5`. Null when it is not an amount above 0 in US dollars, written like that and nothing else. */
export function readUsd(text: string): string | null {
  const match = /^\$ ?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)$/.exec(text)
  return match === null ? null : readPrice(match[1]?.replaceAll(',', ''))
}

/** Why a cell is no price. */
export function whyNoPrice(text: string): string {
  if (/^[$€£¥]? ?0+(\.0+)?$/.test(text)) return 'price 0'
  if (/[€£¥]|\b(EUR|GBP|CNY|JPY|AUD|CAD)\b/.test(text)) return 'not in US dollars'
  return 'no price is told'
}

/** A whole number as pages write it: `2,048`, `4^1` with a footnote, `1800 GiB`. Null when it does not begin with one. */
export function readCount(text: string): number | null {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?![.,\d])/.exec(text)
  return match === null ? null : Number(match[1]?.replaceAll(',', ''))
}
