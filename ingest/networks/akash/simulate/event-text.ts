/**
 * Effects as JSON of events, in the shape in which a node of CometBFT 0.38 gives them for any height: strings plain. Types, attributes and
 * their order as in the recordings v0.36-by-0.38, v1.2, v1.2-to-v2.0 and v2.1.
 */
import type { Coin, Effect, Priced } from './effect.ts'
import type { Era } from './era.ts'
import { event, type Pair, type Tail } from './event-json.ts'
import { legacyText, typedText } from './market-text.ts'

const coins = ({ denom, amount }: Coin): string => `${amount}${denom}`
const coinJson = ({ denom, amount }: Coin): string => `{"denom":"${denom}","amount":"${amount}"}`
const pricedJson = (priced: Priced): string =>
  priced === null ? 'null' : `{"coin":${coinJson(priced.coin)},"price":"${priced.price}"}`

/** A bank transfer: what the sender spends, the recipient gets, and both. */
function transferText(from: string, to: string, coin: Coin, tail: Tail): string {
  const amount: Pair = ['amount', coins(coin)]
  return [
    event('coin_spent', [['spender', from], amount], tail),
    event('coin_received', [['receiver', to], amount], tail),
    event('transfer', [['recipient', to], ['sender', from], amount], tail),
    event('message', [['sender', from]], tail)
  ].join(',')
}

/** Module of a message type, as SDK 0.53 names it beside the action. */
const moduleOf = (type: string): string => type.split('.')[1] ?? ''

const AKT_USD = '{"denom":"akt","base_denom":"usd"}'

/** Events that are the same in all eras, and those of the burn-mint engine and its oracle. */
function commonText(effect: Effect, era: Era, tail: Tail): string {
  switch (effect.is) {
    case 'message': {
      const more: Pair[] = era.legacy
        ? []
        : [
            ['sender', effect.sender],
            ['module', moduleOf(effect.type)]
          ]
      return event('message', [['action', `/${effect.type}`], ...more], tail)
    }
    case 'transfer':
      return transferText(effect.from, effect.to, effect.coin, tail)
    case 'burn': {
      const amount: Pair = ['amount', coins(effect.coin)]
      const spent = event('coin_spent', [['spender', effect.account], amount], tail)
      return `${spent},${event('burn', [['burner', effect.account], amount], tail)}`
    }
    case 'mint': {
      const amount: Pair = ['amount', coins(effect.coin)]
      const received = event('coin_received', [['receiver', effect.account], amount], tail)
      return `${received},${event('coinbase', [['minter', effect.account], amount], tail)}`
    }
    case 'grant': {
      const pairs: Pair[] = [
        ['grantee', `"${effect.grantee}"`],
        ['granter', `"${effect.granter}"`],
        [
          'msg_type_url',
          `"/${era.legacy ? 'akash.deployment.v1beta3.MsgDepositDeployment' : 'akash.escrow.v1.MsgAccountDeposit'}"`
        ]
      ]
      return event('cosmos.authz.v1beta1.EventGrant', pairs, tail)
    }
    case 'feegrant':
      return event('set_feegrant', feeGrant(effect), tail)
    case 'price': {
      const { usd, source, time, version } = effect
      const id: Pair = ['id', AKT_USD]
      const pairs: Pair[] =
        version === 'v1'
          ? [['data', `{"price":"${usd}","timestamp":"${time}"}`], id, ['source', `"${source}"`]]
          : [id, ['price', `"${usd}"`], ['source', `"${source}"`], ['timestamp', `"${time}"`]]
      return event(`akash.oracle.${effect.version}.EventPriceData`, pairs, tail)
    }
    case 'aggregate': {
      const { usd, twap, time } = effect
      const price = `{"denom":"akt","twap":"${twap}","median_price":"${usd}","min_price":"${usd}","max_price":"${usd}","timestamp":"${time}","num_sources":1,"deviation_bps":"0"}`
      return event(`akash.oracle.${effect.version}.EventAggregatedPrice`, [['price', price]], tail)
    }
    case 'recovered': {
      const pairs: Pair[] = [
        ['height', `"${effect.height}"`],
        ['id', AKT_USD]
      ]
      return event(`akash.oracle.${effect.version}.EventPriceRecovered`, pairs, tail)
    }
    case 'vault-funded': {
      const pairs: Pair[] = [
        ['amount', coinJson(effect.coin)],
        ['new_vault_balance', coinJson(effect.coin)],
        ['source', `"${effect.source}"`]
      ]
      return event('akash.bme.v1.EventVaultFunded', pairs, tail)
    }
    case 'mint-status': {
      const pairs: Pair[] = [
        ['collateral_ratio', `"${effect.ratio}"`],
        ['new_status', `"${effect.to}"`],
        ['previous_status', `"${effect.from}"`]
      ]
      return event('akash.bme.v1.EventMintStatusChange', pairs, tail)
    }
    case 'epoch': {
      const pairs: Pair[] = [
        ['epoch_number', `"${effect.number}"`],
        ['epoch_start_time', `"${effect.startedAt}"`]
      ]
      return event('akash.epochs.v1beta1.EventEpochStart', pairs, tail)
    }
    case 'proposal':
      return event(
        'submit_proposal',
        [
          ['proposal_id', String(effect.id)],
          ['proposal_proposer', effect.proposer],
          ['proposal_messages', ',/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade']
        ],
        tail
      )
    case 'passed': {
      const pairs: Pair[] = [
        ['proposal_id', String(effect.id)],
        ['proposal_result', 'proposal_passed'],
        ['proposal_log', 'passed']
      ]
      return event('active_proposal', pairs, tail)
    }
    case 'ledger': {
      const pairs: Pair[] = [
        ['burned', pricedJson(effect.burned)],
        ['burned_from', `"${effect.account}"`],
        ['burner', '"bme"'],
        ['id', ledgerId(effect)],
        ['minted', pricedJson(effect.minted)],
        ['minted_to', `"${effect.account}"`],
        ['minter', '"bme"'],
        ['remint_credit_accrued', pricedJson(effect.accrued)],
        ['remint_credit_issued', pricedJson(effect.issued)],
        ['spread', coinJson(effect.spread)]
      ]
      return event('akash.bme.v1.EventLedgerRecordExecuted', pairs, tail)
    }
    case 'ledger-canceled': {
      const pairs: Pair[] = [
        ['cancel_reason', `"${effect.reason}"`],
        ['coins_to_burn', coinJson(effect.coin)],
        ['denom_to_mint', `"${effect.to}"`],
        ['id', ledgerId(effect)],
        ['owner', `"${effect.account}"`],
        ['to', `"${effect.account}"`]
      ]
      return event('akash.bme.v1.EventLedgerRecordCanceled', pairs, tail)
    }
    default:
      throw new TypeError(`${effect.is} has no event in ${era.name}`)
  }
}

type LedgerId = {
  readonly from: string
  readonly to: string
  readonly account: string
  readonly height: number
  readonly sequence: number
}
const ledgerId = ({ from, to, account, height, sequence }: LedgerId): string =>
  `{"denom":"${from}","to_denom":"${to}","source":"${account}","height":"${height}","sequence":"${sequence}"}`

const feeGrant = ({ granter, grantee }: { readonly granter: string; readonly grantee: string }): Pair[] => [
  ['granter', granter],
  ['grantee', grantee]
]

/** JSON of the events of one effect, several separated by commas. @throws TypeError when the era has no such event */
export function eventText(effect: Effect, era: Era, tail: Tail): string {
  return (era.legacy ? legacyText(effect, tail) : typedText(effect, tail)) ?? commonText(effect, era, tail)
}

/** Events of the fee, which come first and have no `msg_index`. */
export function feeText(
  era: Era,
  fee: { readonly coin: Coin; readonly signer: string; readonly granter: string | null; readonly collector: string },
  sequence: number,
  signature: string
): string {
  const { coin, signer, granter, collector } = fee
  const payer = granter ?? signer
  const grant: string[] = granter
    ? [
        event('use_feegrant', feeGrant({ granter, grantee: signer }), []),
        event(era.legacy ? 'set_feegrant' : 'update_feegrant', feeGrant({ granter, grantee: signer }), [])
      ]
    : []
  return [
    ...grant,
    transferText(payer, collector, coin, []),
    event(
      'tx',
      [
        ['fee', coins(coin)],
        ['fee_payer', payer]
      ],
      []
    ),
    event('tx', [['acc_seq', `${signer}/${sequence}`]], []),
    event('tx', [['signature', signature]], [])
  ].join(',')
}
