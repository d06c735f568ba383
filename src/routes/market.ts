/** The overview with prices in US dollars: of the kind of GPU with the most GPU-hours, of the chosen model where one is chosen. */
import { whole } from '../lib/model/format.ts'
import { DEFAULT_STATE, writeState, type GpuKind, type ViewState } from '../lib/model/state.ts'
import { figuresOf, type Figure } from './figures.ts'
import { loadOverview, scopeOf, type Choices, type OverviewRows, type RunMetric, type Scope } from './overview.ts'
import { loadCloudPrices, priceScopeOf, type PriceChoices, type PriceRows, type PriceScope } from './prices/prices.ts'
import type { PriceView } from './prices/view.ts'
import { bucketName, dayText, gapText, usd } from './prices/words.ts'

export type MarketScope = Scope & { readonly usd: PriceScope }
export type MarketRows = OverviewRows & { readonly usd: PriceRows }

export function marketScopeOf(view: ViewState, choices: Choices, prices: PriceChoices): MarketScope {
  const kinds = view.model === null ? prices.kinds : prices.kinds.filter(({ model }) => model === view.model)
  return { ...scopeOf(view, choices), usd: priceScopeOf({ ...view, kind: null }, { ...prices, kinds }) }
}

export async function loadMarket(run: RunMetric, scope: MarketScope): Promise<MarketRows> {
  return { ...(await loadOverview(run, scope)), usd: await loadCloudPrices(run, scope.usd) }
}

/**
 * The figures of the overview; where a price in dollars is known, with it in place of that in tokens.
 * @param href of the prices page
 */
export function marketFigures(rows: MarketRows, scope: MarketScope, view: PriceView, href: string): readonly Figure[] {
  const price = priceFigure(rows, scope, view, href)
  return figuresOf(rows, scope).map((figure) => (price && figure.href === '#prices' ? price : figure))
}

function priceFigure(rows: MarketRows, scope: MarketScope, { kind, latest, lead }: PriceView, href: string): Figure | null {
  // A chain of a day or two has no course to look at: there the tokens are told.
  if (!latest || rows.usd.realised.length < 2) return null
  const gap = lead && gapText(lead.discount)
  return {
    name: `${kind} median`,
    value: usd(latest.p50),
    unit: '/ GPU-h',
    note: lead
      ? `${gap ?? 'at the price of'} ${lead.name}${lead.begins === latest.begins ? '' : ` in ${monthOf(lead.begins)}`}`
      : 'no list price to compare',
    asOf: `${bucketName(latest.begins, scope.usd.grain).replace(/^the w/, 'W')}, n = ${whole(latest.leases)}`,
    href,
    spark: rows.usd.realised.slice(-52).map(({ p50 }) => p50)
  }
}

/** `Jul 2026` */
const monthOf = (day: string): string => dayText(day).replace(/^\d+\u00a0/, '')

/** `, 62 % below AWS on demand`; when the list price is older than the price, that is said. Empty without one. */
export function againstText({ latest, lead }: Pick<PriceView, 'latest' | 'lead'>): string {
  if (!latest || !lead) return ''
  const gap = gapText(lead.discount) ?? 'at the price of'
  return lead.begins === latest.begins
    ? `, ${gap} ${lead.name} on demand`
    : `, ${gap} ${lead.name} when its list price was last seen`
}

/** The prices page with the same range and kind. */
export function pricesHref({ from, to }: Pick<ViewState, 'from' | 'to'>, kind: GpuKind | null): string {
  return `/prices${writeState({ ...DEFAULT_STATE, from, to, kind })}`
}
