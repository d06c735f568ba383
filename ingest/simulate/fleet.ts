/** The machines of a simulated market's providers at a time: what its provider endpoints answer from. Times are milliseconds since 1970. */
export type FleetGpus = {
  readonly vendor: string
  /** As the provider's software names it: `h100`, `rtx4090`. */
  readonly name: string
  readonly memoryGib: number
  /** `SXM5`, `PCIe`. */
  readonly interface: string
  readonly allocatable: number
  readonly allocated: number
}
/** Amounts that the node can give at all, and gives to leases now. */
type Amount = { readonly allocatable: number; readonly allocated: number }
export type FleetNode = {
  readonly name: string
  readonly cpuMillicores: Amount
  readonly memoryBytes: Amount
  readonly storageBytes: Amount
  /** Null without GPUs. */
  readonly gpus: FleetGpus | null
}
/** What a visitor meets: `up`, a refused connection, no answer, a certificate out of date, figures that cannot be. */
export type FleetMood = 'up' | 'down' | 'hangs' | 'bad-certificate' | 'absurd'
export type FleetProvider = {
  /** Address. */
  readonly provider: string
  /** As on chain, such as `https://provider.north-rack.example:8443`. */
  readonly hostUri: string
  /** Of the provider's software; below 0.5.0 it answers by REST alone. */
  readonly version: string
  readonly mood: FleetMood
  readonly activeLeases: number
  readonly nodes: readonly FleetNode[]
}
/** Providers that the chain has at that time, in the order of their addresses. */
export type Fleet = { readonly at: (time: number) => readonly FleetProvider[] }
