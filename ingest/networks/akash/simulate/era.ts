/** Which version of Akash's messages and events is in force: they change with upgrades. */

export type Era = {
  readonly name: 'v0.24' | 'v0.28' | 'v1.0' | 'v2.0' | 'v2.1'
  /** Events `akash.v1`, messages that name a depositor; up to v0.38. */
  readonly legacy: boolean
  /** `x/take` takes its share of payouts; until v2.0. */
  readonly take: boolean
  /** Package versions of messages, by module. */
  readonly versions: {
    readonly deployment: string
    readonly market: string
    readonly provider: string
    readonly audit: string
  }
  /** Package version of the oracle; null before there was one. */
  readonly oracle: 'v1' | 'v2' | null
}

const legacy = { deployment: 'v1beta3', provider: 'v1beta3', audit: 'v1beta3' }
const typed = { deployment: 'v1beta4', market: 'v1beta5', provider: 'v1beta4', audit: 'v1' }

/** Package versions: reference of upgrades in CONTRIBUTING; https://github.com/akash-network/node, tags v0.24.0 to v2.1.0. */
export const ERAS: { readonly [name in Era['name']]: Era } = {
  'v0.24': { name: 'v0.24', legacy: true, take: true, versions: { ...legacy, market: 'v1beta3' }, oracle: null },
  'v0.28': { name: 'v0.28', legacy: true, take: true, versions: { ...legacy, market: 'v1beta4' }, oracle: null },
  'v1.0': { name: 'v1.0', legacy: false, take: true, versions: typed, oracle: null },
  'v2.0': { name: 'v2.0', legacy: false, take: false, versions: typed, oracle: 'v1' },
  'v2.1': { name: 'v2.1', legacy: false, take: false, versions: typed, oracle: 'v2' }
}

/** axlUSDC: USDC on Akash until v2.0.0. Seen in recordings v0.36 and v1.2. */
export const AXL_USDC = 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1'
export const AKT = 'uakt'
export const ACT = 'uact'
/** 10^18: prices and escrow are counted in such parts of a micro-unit. */
export const ATTO = 10n ** 18n

/** Share that x/take takes, percent, as genesis states it: 2 for uakt, 20 for other denoms (defaults of x/take, v1beta3). */
export const TAKE_RATES: readonly { readonly denom: string; readonly rate: number }[] = [
  { denom: AXL_USDC, rate: 20 },
  { denom: AKT, rate: 2 }
]
export const DEFAULT_TAKE_RATE = 20
