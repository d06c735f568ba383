/** Messages of the followed modules: what each is about and what events do not tell. */
import { readCreated } from './before-gpus.ts'
import { integer } from './decimal.ts'
import * as proto from './proto.ts'
import { groupSpec, offered, type GroupSpec, type Resources } from './resources.ts'
import { decodeMessage, type Message, type OnUnknownField } from './wire.ts'

export type Target = {
  readonly owner: string | null
  readonly dseq: string | null
  readonly gseq: number | null
  readonly oseq: number | null
  readonly provider: string | null
}
export type Attribute = { readonly key: string; readonly value: string }
export type Detail =
  | { readonly kind: 'none' }
  | { readonly kind: 'deployment'; readonly groups: readonly GroupSpec[] }
  | {
      readonly kind: 'bid'
      readonly deposit: string | null
      readonly depositDenom: string | null
      readonly offer: Resources | null
      readonly reclamationWindow: bigint | null
    }
  | {
      readonly kind: 'provider'
      readonly hostUri: string
      readonly email: string
      readonly website: string
      readonly attributes: readonly Attribute[]
    }
  | { readonly kind: 'audit'; readonly auditor: string; readonly attributes: readonly Attribute[] }

/** A decoded message of a followed module. */
export type AkashMessage = {
  readonly target: Target
  /** Where a deposit may come from, in order: `balance`, `grant`; null without a deposit. */
  readonly depositSource: string | null
  readonly detail: Detail
}
type Reader = (bytes: Uint8Array, onUnknown: OnUnknownField) => AkashMessage

const nowhere: Target = { owner: null, dseq: null, gseq: null, oseq: null, provider: null }
const none: Detail = { kind: 'none' }

type Id = {
  readonly owner: string
  readonly dseq: bigint
  readonly gseq?: bigint
  readonly oseq?: bigint
  readonly provider?: string
}
function target(id: Id | undefined): Target {
  if (!id) return nowhere
  return {
    owner: id.owner,
    dseq: id.dseq.toString(),
    gseq: id.gseq === undefined ? null : Number(id.gseq),
    oseq: id.oseq === undefined ? null : Number(id.oseq),
    provider: id.provider ?? null
  }
}

type Deposit = Message<typeof proto.createBid>['deposit']
const sourcesOf = (deposit: Deposit): string | null =>
  deposit ? deposit.sources.map((s) => (s === 1n ? 'balance' : s === 2n ? 'grant' : `source ${s}`)).join(',') : null

/** Messages about one deployment, group or bid. */
function about(schema: typeof proto.closeDeployment | typeof proto.onGroup | typeof proto.onBid): Reader {
  return (bytes, onUnknown) => {
    const { id } = decodeMessage(schema, bytes, onUnknown)
    return { target: target(id), depositSource: null, detail: none }
  }
}

function createdLegacy(m: Message<typeof proto.createDeploymentLegacy>): AkashMessage {
  const t = target(m.id)
  const source = m.depositor !== '' && m.depositor !== t.owner ? 'grant' : 'balance'
  return { target: t, depositSource: source, detail: { kind: 'deployment', groups: m.groups.map(groupSpec) } }
}
const createDeploymentLegacy: Reader = (bytes, onUnknown) =>
  createdLegacy(decodeMessage(proto.createDeploymentLegacy, bytes, onUnknown))
const createDeploymentBeforeGpus =
  (version: 'v1beta1' | 'v1beta2'): Reader =>
  (bytes, onUnknown) =>
    createdLegacy(readCreated(version, bytes, onUnknown))
const createDeployment: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.createDeployment, bytes, onUnknown)
  const t = target(m.id)
  const groups = m.groups.map(groupSpec)
  return { target: t, depositSource: sourcesOf(m.deposit), detail: { kind: 'deployment', groups } }
}
const updateDeployment: Reader = (bytes, onUnknown) => {
  const t = target(decodeMessage(proto.updateDeployment, bytes, onUnknown).id)
  return { target: t, depositSource: null, detail: none }
}
const depositDeployment: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.depositDeployment, bytes, onUnknown)
  const t = target(m.id)
  const source = m.depositor !== '' && m.depositor !== t.owner ? 'grant' : 'balance'
  return { target: t, depositSource: source, detail: none }
}
const accountDeposit: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.accountDeposit, bytes, onUnknown)
  const [owner = null, dseq = null, gseq, oseq, provider = null] = m.id?.xid.split('/') ?? []
  const t = { owner, dseq, gseq: gseq ? Number(gseq) : null, oseq: oseq ? Number(oseq) : null, provider }
  return { target: t, depositSource: sourcesOf(m.deposit), detail: none }
}

const createBidLegacy: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.createBidLegacy, bytes, onUnknown)
  const detail: Detail = {
    kind: 'bid',
    deposit: integer(m.deposit?.amount ?? ''),
    depositDenom: m.deposit?.denom || null,
    offer: m.resources_offer.length ? offered(m.resources_offer) : null,
    reclamationWindow: null
  }
  return { target: { ...target(m.order), provider: m.provider }, depositSource: 'balance', detail }
}
const createBid: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.createBid, bytes, onUnknown)
  const t = target(m.id)
  const detail: Detail = {
    kind: 'bid',
    deposit: integer(m.deposit?.amount?.amount ?? ''),
    depositDenom: m.deposit?.amount?.denom || null,
    offer: m.resources_offer.length ? offered(m.resources_offer) : null,
    reclamationWindow: m.reclamation_window?.seconds ?? null
  }
  return { target: t, depositSource: sourcesOf(m.deposit), detail }
}

const provider: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.provider, bytes, onUnknown)
  const info = m.info
  const detail: Detail = {
    kind: 'provider',
    hostUri: m.host_uri,
    email: info?.email ?? '',
    website: info?.website ?? '',
    attributes: m.attributes
  }
  return { target: { ...nowhere, provider: m.owner }, depositSource: null, detail }
}
const deleteProvider: Reader = (bytes, onUnknown) => {
  const { owner } = decodeMessage(proto.deleteProvider, bytes, onUnknown)
  return { target: { ...nowhere, provider: owner }, depositSource: null, detail: none }
}
const sign: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.signAttributes, bytes, onUnknown)
  const detail: Detail = { kind: 'audit', auditor: m.auditor, attributes: m.attributes }
  return { target: { ...nowhere, provider: m.owner }, depositSource: null, detail }
}
const unsign: Reader = (bytes, onUnknown) => {
  const m = decodeMessage(proto.deleteAttributes, bytes, onUnknown)
  const detail: Detail = { kind: 'audit', auditor: m.auditor, attributes: m.keys.map((key) => ({ key, value: '' })) }
  return { target: { ...nowhere, provider: m.owner }, depositSource: null, detail }
}

const readers = new Map<string, Reader>()
function add(module: string, versions: readonly string[], messages: { readonly [name: string]: Reader }): void {
  for (const version of versions) {
    for (const [name, reader] of Object.entries(messages)) readers.set(`akash.${module}.${version}.${name}`, reader)
  }
}
const deploymentById = {
  MsgUpdateDeployment: updateDeployment,
  MsgCloseDeployment: about(proto.closeDeployment),
  MsgCloseGroup: about(proto.onGroup),
  MsgPauseGroup: about(proto.onGroup),
  MsgStartGroup: about(proto.onGroup)
}
const marketById = {
  MsgCreateLease: about(proto.onBid),
  MsgCloseLease: about(proto.onBid),
  MsgCloseBid: about(proto.onBid),
  MsgWithdrawLease: about(proto.onBid)
}
add('deployment', ['v1beta1', 'v1beta2', 'v1beta3', 'v1beta4'], deploymentById)
add('deployment', ['v1beta1', 'v1beta2', 'v1beta3'], { MsgDepositDeployment: depositDeployment })
add('deployment', ['v1beta1'], { MsgCreateDeployment: createDeploymentBeforeGpus('v1beta1') })
add('deployment', ['v1beta2'], { MsgCreateDeployment: createDeploymentBeforeGpus('v1beta2') })
add('deployment', ['v1beta3'], { MsgCreateDeployment: createDeploymentLegacy })
add('deployment', ['v1beta4'], { MsgCreateDeployment: createDeployment })
add('market', ['v1beta1', 'v1beta2', 'v1beta3', 'v1beta4', 'v1beta5'], marketById)
add('market', ['v1beta1', 'v1beta2', 'v1beta3', 'v1beta4'], { MsgCreateBid: createBidLegacy })
add('market', ['v1beta5'], { MsgCreateBid: createBid, MsgLeaseStartReclaim: about(proto.onBid) })
const providerMessages = { MsgCreateProvider: provider, MsgUpdateProvider: provider, MsgDeleteProvider: deleteProvider }
add('provider', ['v1beta1', 'v1beta2', 'v1beta3', 'v1beta4'], providerMessages)
const auditMessages = { MsgSignProviderAttributes: sign, MsgDeleteProviderAttributes: unsign }
add('audit', ['v1beta1', 'v1beta2', 'v1beta3', 'v1'], auditMessages)
add('escrow', ['v1'], { MsgAccountDeposit: accountDeposit })

/** Their effect is told in full by events, or bears on no table. Parameters are read by params.ts. */
const byEvents = /^akash\.(bme\.v1\.Msg(MintACT|BurnACT|BurnMint|SeedVault)|oracle\.v[12]\.MsgAddPriceEntry)$/

const followed = /^akash\.(market|deployment|provider|audit|escrow|take|bme|oracle|epochs)\./

export type ReadMessage =
  { readonly kind: 'message'; readonly message: AkashMessage } | { readonly kind: 'told by events' | 'not followed' | 'unknown' }

/**
 * Reads a message by its type (without the leading slash).
 * @throws WireError or RangeError when the bytes do not fit the type
 */
export function readMessage(type: string, bytes: Uint8Array, onUnknown: OnUnknownField): ReadMessage {
  const reader = readers.get(type)
  if (reader) return { kind: 'message', message: reader(bytes, onUnknown) }
  if (!followed.test(type)) return { kind: 'not followed' }
  return { kind: byEvents.test(type) ? 'told by events' : 'unknown' }
}
