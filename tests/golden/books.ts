/**
 * The node's own books at the last height of a recording: its state, decoded from the recorded `abci_query` answers
 * (all of it; the CLI listings in state-end.json leave out orders and everything with oseq > 1).
 * Field numbers: akash market/deployment/provider/audit query messages of 0.36 and 2.1.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fromAtto } from '../../ingest/networks/akash/decimal.ts'
import { decodeMessage, type Schema } from '../../ingest/networks/akash/wire.ts'

const coin = { 1: ['denom', 'string'], 2: ['amount', 'string'] } as const satisfies Schema
const attribute = { 1: ['key', 'string'], 2: ['value', 'string'] } as const satisfies Schema
const id = {
  1: ['owner', 'string'],
  2: ['dseq', 'uint'],
  3: ['gseq', 'uint'],
  4: ['oseq', 'uint'],
  5: ['provider', 'string'],
  6: ['bseq', 'uint']
} as const satisfies Schema

const lease = {
  1: ['id', id],
  2: ['state', 'uint'],
  3: ['price', coin],
  4: ['created_at', 'uint'],
  5: ['closed_on', 'uint'],
  6: ['reason', 'uint']
} as const satisfies Schema
const payment = { 2: ['state', { 6: ['withdrawn', coin] }] } as const satisfies Schema
const paymentLegacy = { 7: ['withdrawn', coin] } as const satisfies Schema
const leases = { 1: ['rows', [{ 1: ['lease', lease], 2: ['payment', payment] }]] } as const satisfies Schema
const leasesLegacy = { 1: ['rows', [{ 1: ['lease', lease], 2: ['payment', paymentLegacy] }]] } as const satisfies Schema
const bids = {
  1: ['rows', [{ 1: ['bid', { 1: ['id', id], 2: ['state', 'uint'], 3: ['price', coin], 4: ['created_at', 'uint'] }] }]]
} as const satisfies Schema
const orders = { 1: ['rows', [{ 1: ['id', id], 2: ['state', 'uint'], 4: ['created_at', 'uint'] }]] } as const satisfies Schema
const deployments = {
  1: ['rows', [{ 1: ['deployment', { 1: ['id', id], 2: ['state', 'uint'], 4: ['created_at', 'uint'] }] }]]
} as const satisfies Schema
const providers = {
  1: [
    'rows',
    [
      {
        1: ['owner', 'string'],
        2: ['host_uri', 'string'],
        3: ['attributes', [attribute]],
        4: ['info', { 1: ['email', 'string'], 2: ['website', 'string'] }]
      }
    ]
  ]
} as const satisfies Schema
const audits = {
  1: ['rows', [{ 1: ['owner', 'string'], 2: ['auditor', 'string'], 4: ['attributes', [attribute]] }]]
} as const satisfies Schema

const balances = { 1: ['rows', [coin]] } as const satisfies Schema
const balancesRequest = { 1: ['address', 'string'] } as const satisfies Schema

type Answer = {
  readonly path: string
  readonly data?: string
  readonly result: { readonly response: { readonly code: number; readonly value: string | null } }
}

/** close_reason of the public tables by the chain's number; 0 is a lease that is open, or a legacy one. */
const reasons: { readonly [n: string]: string } = {
  1: 'owner',
  10000: 'unstable',
  10001: 'decommission',
  10002: 'unspecified',
  10003: 'manifest_timeout',
  20000: 'insufficient_funds'
}

export type Books = ReturnType<typeof readBooks>

/** Reads the books of a recording's folder. Amounts and prices are exact decimals as text. */
export function readBooks(dir: string) {
  const answers = gunzipSync(readFileSync(join(dir, 'abci_query.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
  const ignore = (): void => undefined
  const pages = (method: string): { path: string; bytes: Uint8Array }[] =>
    answers
      .filter((a) => a.path.endsWith(`.Query/${method}`) && a.result.response.code === 0)
      .map((a) => ({ path: a.path, bytes: new Uint8Array(Buffer.from(a.result.response.value ?? '', 'base64')) }))
  const legacy = pages('Leases').some((p) => p.path.includes('v1beta4'))
  const key = (k: { owner: string; dseq: bigint; gseq: bigint; oseq: bigint } | undefined): string =>
    `${k?.owner}/${k?.dseq}/${k?.gseq}/${k?.oseq}`
  const height = (n: bigint | undefined): string | null => (n ? n.toString() : null)

  const leaseRows = pages('Leases').flatMap(({ bytes }) =>
    legacy
      ? decodeMessage(leasesLegacy, bytes, ignore).rows.map((r) => ({ l: r.lease, withdrawn: r.payment?.withdrawn }))
      : decodeMessage(leases, bytes, ignore).rows.map((r) => ({ l: r.lease, withdrawn: r.payment?.state?.withdrawn }))
  )
  return {
    legacy,
    /** Coins of an account, by denom. */
    balance: (address: string): { [denom: string]: string } => {
      const answer = answers.find(
        (a) =>
          a.path.endsWith('.Query/AllBalances') &&
          decodeMessage(balancesRequest, new Uint8Array(Buffer.from(a.data ?? '', 'hex')), ignore).address === address
      )
      const bytes = new Uint8Array(Buffer.from(answer?.result.response.value ?? '', 'base64'))
      return Object.fromEntries(decodeMessage(balances, bytes, ignore).rows.map((c) => [c.denom, c.amount]))
    },
    leases: leaseRows.map(({ l, withdrawn }) => ({
      lease_id: `${key(l?.id)}/${l?.id?.provider}`,
      denom: l?.price?.denom ?? '',
      price_per_block: fromAtto(BigInt(l?.price?.amount ?? '0')) ?? '',
      created_height: height(l?.created_at),
      closed_height: height(l?.closed_on),
      reason: reasons[String(l?.reason ?? 0n)] ?? null,
      withdrawn: BigInt(withdrawn?.amount || '0').toString()
    })),
    bids: pages('Bids').flatMap(({ bytes }) =>
      decodeMessage(bids, bytes, ignore).rows.map(({ bid }) => ({
        lease_id: `${key(bid?.id)}/${bid?.id?.provider}`,
        created_height: height(bid?.created_at),
        price_per_block: fromAtto(BigInt(bid?.price?.amount ?? '0')) ?? '',
        state: ['invalid', 'open', 'active', 'lost', 'closed'][Number(bid?.state ?? 0n)] ?? '?'
      }))
    ),
    orders: pages('Orders').flatMap(({ bytes }) =>
      decodeMessage(orders, bytes, ignore).rows.map((o) => ({
        order_id: key(o.id),
        created_height: height(o.created_at),
        state: ['invalid', 'open', 'active', 'closed'][Number(o.state)] ?? '?'
      }))
    ),
    deployments: pages('Deployments').flatMap(({ bytes }) =>
      decodeMessage(deployments, bytes, ignore).rows.map(({ deployment: d }) => ({
        deployment_id: `${d?.id?.owner}/${d?.id?.dseq}`,
        created_height: height(d?.created_at),
        state: ['invalid', 'active', 'closed'][Number(d?.state ?? 0n)] ?? '?'
      }))
    ),
    providers: pages('Providers').flatMap(({ bytes }) =>
      decodeMessage(providers, bytes, ignore).rows.map((p) => ({
        provider: p.owner,
        host_uri: p.host_uri,
        email: p.info?.email || null,
        website: p.info?.website || null,
        attributes: p.attributes.map(({ key: k, value }) => ({ key: k, value }))
      }))
    ),
    audits: pages('AllProvidersAttributes').flatMap(({ bytes }) =>
      decodeMessage(audits, bytes, ignore).rows.flatMap((a) =>
        a.attributes.map(({ key: k, value }) => ({ provider: a.owner, auditor: a.auditor, key: k, value }))
      )
    )
  }
}
