/**
 * CoreWeave: whole nodes, on demand and spot. Only a web page: rows `div.table-row-v2.…kubernetes-gpu-pricing`, each with a grid for wide windows and
 * the same once more with labels, which is what is read: `.table-meta-value` and beside it `GPU Count`, `VRAM`, `vCPUs`, `System RAM`;
 * `.instance-price .item-value`; `.spot-price .item-value`. Sections begin with `REGION: NORTH AMERICA`.
 */
import { HTMLElement, TextNode } from 'node-html-parser'
import type { PurchaseOption } from '../../src/lib/model/prices.ts'
import { collected, gpuColumns, listPrice } from './listing.ts'
import { readCount, readPage, readUsd, textOf, whyNoPrice } from './page.ts'
import { PriceError, type ListPrice, type PriceSource } from './source.ts'
import { distinct, nameOf, tally, type Tally } from './tally.ts'

const PAGE = 'https://www.coreweave.com/pricing'

type Row = { readonly region: string; readonly row: HTMLElement }

export const coreweave: PriceSource = {
  id: 'coreweave',
  title: 'CoreWeave',
  collect: async ({ client, today }) => {
    const counted = tally()
    const rows = [...gpuRows(await readPage(client, PAGE))]
    if (rows.length === 0) throw new PriceError(`${PAGE} changed its shape: it has no rows of GPU prices.`)
    const found = rows.flatMap((row) => pricesOf(row, today, counted))
    const prices = worldwide(distinct(found, nameOf, (price) => price.usd_per_hour, counted))
    // With spot prices alone, the on-demand ones are no longer where they were.
    const onDemand = prices.some((price) => price.purchase_option === 'on_demand')
    return collected(onDemand ? prices : [], counted, PAGE)
  }
}

/** Rows in the order of the page, each with the region that its section names. */
function* gpuRows(element: HTMLElement, at = { region: 'global' }): Generator<Row> {
  for (const node of element.childNodes)
    if (node instanceof TextNode) {
      const region = /^\s*REGION:\s*(\S.*?)\s*$/i.exec(node.text)?.[1]
      if (region !== undefined) at.region = region.toLowerCase()
    } else if (node instanceof HTMLElement) {
      const classes = [...node.classList.values()]
      if (classes.includes('table-row-v2') && classes.some((name) => name.endsWith('kubernetes-gpu-pricing')))
        yield { region: at.region, row: node }
      else yield* gpuRows(node, at)
    }
}

function pricesOf({ region, row }: Row, today: string, counted: Tally): ListPrice[] {
  const name = textOf(row.querySelector('.table-model-name'))
  const told = labelled(row)
  const gpus = readCount(told.get('GPU Count') ?? '')
  if (name === '' || gpus === null || gpus === 0) {
    counted.skip('no GPU Count', `${name}, ${region}`)
    return []
  }
  const price = (option: PurchaseOption, selector: string): ListPrice[] => {
    const text = textOf(row.querySelector(selector))
    const usd = readUsd(text)
    if (usd === null) {
      counted.skip(whyNoPrice(text), `${name} x${gpus}, ${region}, ${option}: ${text}`)
      return []
    }
    return [
      listPrice({
        provider: 'coreweave',
        instance_type: `${name} x${gpus}`,
        ...gpuColumns('coreweave', name, { memoryGib: readCount(told.get('VRAM') ?? '') }),
        gpus,
        vcpus: readCount(told.get('vCPUs') ?? ''),
        memory_gib: readCount(told.get('System RAM') ?? ''),
        region,
        purchase_option: option,
        usd_per_hour: usd,
        observed_on: today,
        source: PAGE
      })
    ]
  }
  return [...price('on_demand', '.instance-price .item-value'), ...price('spot', '.spot-price .item-value')]
}

/** Values by the label beside them. A footnote's number is not part of a value. */
function labelled(row: HTMLElement): ReadonlyMap<string, string> {
  return new Map(
    row.querySelectorAll('.table-meta-value').map((value) => {
      for (const note of value.querySelectorAll('sup')) note.remove()
      return [textOf(value.nextElementSibling), textOf(value)]
    })
  )
}

/** Where every region that has an instance asks the same price, it is one price for all, as in the reference history. */
function worldwide(prices: readonly ListPrice[]): ListPrice[] {
  return [...Map.groupBy(prices, (price) => nameOf({ ...price, region: '' })).values()].flatMap((alike) => {
    const [first] = alike
    const same = first !== undefined && alike.every((price) => price.usd_per_hour === first.usd_per_hour)
    return same ? [{ ...first, region: 'global' }] : alike
  })
}
