/** Protobuf and events by hand, so that tests can say exactly what is on the wire. */
import type { Block, ChainEvent } from '../../../ingest/chain/source.ts'

type Field = readonly [number: number, value: bigint | number | string | Uint8Array]

function varint(n: bigint): number[] {
  const out: number[] = []
  for (; n >= 128n; n >>= 7n) out.push(Number(n & 127n) | 128)
  return [...out, Number(n)]
}

/** A message of these fields; numbers are varints, everything else is length-delimited. */
export function proto(...fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'bigint' || typeof value === 'number')
        return [...varint(BigInt(number) << 3n), ...varint(BigInt(value))]
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
      return [...varint((BigInt(number) << 3n) | 2n), ...varint(BigInt(bytes.length)), ...bytes]
    })
  )
}

export const any = (type: string, value: Uint8Array): Uint8Array => proto([1, `/${type}`], [2, value])

/** A transaction of these messages, its fee paid by `granter` where given. */
export function tx(messages: readonly Uint8Array[], granter?: string): Uint8Array {
  const body = proto(...messages.map((m) => [1, m] as const))
  const fee = granter === undefined ? proto() : proto([4, granter])
  return proto([1, body], [2, proto([2, fee])], [3, 'signature'])
}

export function event(type: string, attributes: { readonly [key: string]: string }): ChainEvent {
  return { type, attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })) }
}

/** A typed event: values are JSON, `msg_index` is not. */
export function typed(type: string, values: { readonly [key: string]: unknown }, msgIndex = '0', authz?: string): ChainEvent {
  const json = Object.fromEntries(Object.entries(values).map(([k, v]) => [k, JSON.stringify(v)]))
  return event(type, { ...json, ...(authz === undefined ? {} : { authz_msg_index: authz }), msg_index: msgIndex })
}

export function block(
  txs: readonly { readonly bytes: Uint8Array; readonly code?: number; readonly events: readonly ChainEvent[] }[],
  phases: { readonly begin?: readonly ChainEvent[]; readonly end?: readonly ChainEvent[] } = {}
): Block {
  return {
    height: 100,
    time: 1_790_000_000_000_000n,
    hash: 'AA',
    parentHash: 'BB',
    txs: txs.map((t) => t.bytes),
    results: txs.map((t) => ({ code: t.code ?? 0, events: t.events })),
    beginEvents: phases.begin ?? [],
    endEvents: phases.end ?? []
  }
}
