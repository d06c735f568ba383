/** How offers are told apart: the colour says what kind of seller, the dash which one. */

/** Names classes of app.css: `mark-network`, `mark-aws` … */
type Mark = 'network' | 'aws' | 'google' | 'azure' | 'hyperscaler' | 'neocloud' | 'marketplace'
const DASHES = ['solid', 'dashed', 'dotted', 'long', 'mixed'] as const
type Dash = (typeof DASHES)[number]
export type Look = { readonly mark: Mark; readonly dash: Dash }

export const NETWORK_LOOK: Look = { mark: 'network', dash: 'solid' }
export const ASKS_LOOK: Look = { mark: 'network', dash: 'dashed' }

export type Seller = {
  /** Id of a price source, such as `aws`, `gcp`, `lambda`. */
  readonly provider: string
  readonly kind: 'hyperscaler' | 'neocloud' | 'marketplace'
}

/** What the well-known look like wherever they are shown and whatever else is. */
const KNOWN: { readonly [provider: string]: Look } = {
  aws: { mark: 'aws', dash: 'solid' },
  gcp: { mark: 'google', dash: 'dashed' },
  azure: { mark: 'azure', dash: 'dotted' },
  coreweave: { mark: 'neocloud', dash: 'solid' },
  lambda: { mark: 'neocloud', dash: 'dashed' },
  runpod: { mark: 'neocloud', dash: 'dotted' },
  vast: { mark: 'marketplace', dash: 'solid' }
}

/**
 * Looks of sellers. One that is not well known gets a dash that no other of its kind has, as long as there are any.
 * @returns a look for each provider
 */
export function looksOf(sellers: readonly Seller[]): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>()
  for (const { provider } of sellers) {
    const look = KNOWN[provider]
    if (look) looks.set(provider, look)
  }
  for (const { provider, kind } of sellers) {
    if (looks.has(provider)) continue
    const used = [...looks.values()].filter(({ mark }) => mark === kind).map(({ dash }) => dash)
    // From the far end, so that a dash of the well-known goes last: these come and go with the filter.
    const dash = DASHES.findLast((one) => !used.includes(one)) ?? 'mixed'
    looks.set(provider, { mark: kind, dash })
  }
  return looks
}
