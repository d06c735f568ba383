/**
 * Field numbers of the Akash and Cosmos messages that Rackrate reads, from the protobuf descriptors of node 0.36, 1.2 and 2.1.
 * Legacy and typed-era messages share numbers wherever one table serves both.
 */
import type { Schema } from './wire.ts'

export const coin = { 1: ['denom', 'string'], 2: ['amount', 'string'] } as const satisfies Schema
export const attribute = { 1: ['key', 'string'], 2: ['value', 'string'] } as const satisfies Schema
export const duration = { 1: ['seconds', 'uint'], 2: ['nanos', 'uint'] } as const satisfies Schema

const resourceValue = { 1: ['val', 'bytes'] } as const satisfies Schema
const resources = {
  1: ['id', 'uint'],
  2: ['cpu', { 1: ['units', resourceValue], 2: ['attributes', [attribute]] }],
  3: ['memory', { 1: ['quantity', resourceValue], 2: ['attributes', [attribute]] }],
  4: ['storage', [{ 1: ['name', 'string'], 2: ['quantity', resourceValue], 3: ['attributes', [attribute]] }]],
  5: ['gpu', { 1: ['units', resourceValue], 2: ['attributes', [attribute]] }],
  6: ['endpoints', [{ 1: ['kind', 'uint'], 2: ['sequence_number', 'uint'] }]]
} as const satisfies Schema
export const groupSpec = {
  1: ['name', 'string'],
  2: [
    'requirements',
    { 1: ['signed_by', { 1: ['all_of', ['string']], 2: ['any_of', ['string']] }], 2: ['attributes', [attribute]] }
  ],
  3: ['resources', [{ 1: ['resource', resources], 2: ['count', 'uint'], 3: ['price', coin] }]]
} as const satisfies Schema

export const deploymentId = { 1: ['owner', 'string'], 2: ['dseq', 'uint'] } as const satisfies Schema
export const groupId = { ...deploymentId, 3: ['gseq', 'uint'] } as const satisfies Schema
export const orderId = { ...groupId, 4: ['oseq', 'uint'] } as const satisfies Schema
export const bidId = { ...orderId, 5: ['provider', 'string'], 6: ['bseq', 'uint'] } as const satisfies Schema

/** akash.base.deposit.v1.Deposit; sources: 1 balance, 2 grant. */
const deposit = { 1: ['amount', coin], 5: ['sources', ['uint']] } as const satisfies Schema
export const offer = {
  1: ['resources', resources],
  2: ['count', 'uint'],
  3: ['prices', 'bytes']
} as const satisfies Schema

export const createDeploymentLegacy = {
  1: ['id', deploymentId],
  2: ['groups', [groupSpec]],
  3: ['hash', 'bytes'],
  4: ['deposit', coin],
  5: ['depositor', 'string']
} as const satisfies Schema
export const createDeployment = {
  1: ['id', deploymentId],
  2: ['groups', [groupSpec]],
  3: ['hash', 'bytes'],
  4: ['deposit', deposit],
  5: ['reclamation', { 1: ['min_window', duration] }]
} as const satisfies Schema
/** `groups` is of v1beta1, whose chain looked at the version alone: https://github.com/akash-network/node, x/deployment/handler/server.go, 047b41be. */
export const updateDeployment = {
  1: ['id', deploymentId],
  2: ['groups', ['bytes']],
  3: ['hash', 'bytes']
} as const satisfies Schema
export const closeDeployment = { 1: ['id', deploymentId] } as const satisfies Schema
export const depositDeployment = {
  1: ['id', deploymentId],
  2: ['amount', coin],
  3: ['depositor', 'string']
} as const satisfies Schema
/** MsgCloseGroup, MsgPauseGroup, MsgStartGroup. */
export const onGroup = { 1: ['id', groupId] } as const satisfies Schema

export const createBidLegacy = {
  1: ['order', orderId],
  2: ['provider', 'string'],
  3: ['price', coin],
  4: ['deposit', coin],
  5: ['resources_offer', [offer]]
} as const satisfies Schema
export const createBid = {
  1: ['id', bidId],
  2: ['price', coin],
  3: ['deposit', deposit],
  4: ['resources_offer', [offer]],
  5: ['reclamation_window', duration]
} as const satisfies Schema
/** MsgCreateLease, MsgCloseLease, MsgCloseBid, MsgWithdrawLease, MsgLeaseStartReclaim: 2 is the reason where there is one. */
export const onBid = { 1: ['id', bidId], 2: ['reason', 'uint'] } as const satisfies Schema

/** MsgCreateProvider and MsgUpdateProvider. */
export const provider = {
  1: ['owner', 'string'],
  2: ['host_uri', 'string'],
  3: ['attributes', [attribute]],
  4: ['info', { 1: ['email', 'string'], 2: ['website', 'string'] }]
} as const satisfies Schema
export const deleteProvider = { 1: ['owner', 'string'] } as const satisfies Schema
export const signAttributes = {
  1: ['owner', 'string'],
  2: ['auditor', 'string'],
  3: ['attributes', [attribute]]
} as const satisfies Schema
export const deleteAttributes = {
  1: ['owner', 'string'],
  2: ['auditor', 'string'],
  3: ['keys', ['string']]
} as const satisfies Schema

/** akash.escrow.v1.MsgAccountDeposit; scope: 1 deployment, 2 bid; xid `owner/dseq` or `owner/dseq/gseq/oseq/provider`. */
export const accountDeposit = {
  1: ['signer', 'string'],
  2: ['id', { 1: ['scope', 'uint'], 2: ['xid', 'string'] }],
  3: ['deposit', deposit]
} as const satisfies Schema

export const any = { 1: ['type_url', 'string'], 2: ['value', 'bytes'] } as const satisfies Schema
export const authzExec = { 1: ['grantee', 'string'], 2: ['msgs', [any]] } as const satisfies Schema

/** cosmos.tx.v1beta1: only what is read; every other field is skipped on purpose. */
export const txRaw = { 1: ['body', 'bytes'], 2: ['auth_info', 'bytes'] } as const satisfies Schema
export const txBody = { 1: ['messages', [any]] } as const satisfies Schema
export const authInfo = { 2: ['fee', { 3: ['payer', 'string'], 4: ['granter', 'string'] }] } as const satisfies Schema
