/** The state that a simulated chain begins with: parameters as in the recording v0.36, nothing else. */
import { AXL_USDC, DEFAULT_TAKE_RATE, TAKE_RATES } from './era.ts'

/** @param time RFC 3339 */
export function genesisOf(chainId: string, time: string): unknown {
  return {
    genesis_time: time,
    chain_id: chainId,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: '22020096', max_gas: '-1', time_iota_ms: '1000' },
      evidence: { max_age_num_blocks: '100000', max_age_duration: '172800000000000', max_bytes: '1048576' },
      validator: { pub_key_types: ['ed25519'] },
      version: {}
    },
    app_hash: '',
    app_state: {
      audit: { attributes: [] },
      deployment: {
        deployments: [],
        params: {
          min_deposits: [
            { denom: 'uakt', amount: '500000' },
            { denom: AXL_USDC, amount: '500000' }
          ]
        }
      },
      escrow: { accounts: [], payments: [] },
      market: {
        params: { bid_min_deposit: { denom: 'uakt', amount: '500000' }, order_max_bids: 20 },
        orders: [],
        leases: [],
        bids: []
      },
      provider: { providers: [] },
      take: { params: { denom_take_rates: TAKE_RATES, default_take_rate: DEFAULT_TAKE_RATE } }
    }
  }
}
