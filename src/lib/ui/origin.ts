/** Words for where a lake comes from. A simulated or recorded market is never mistaken for an observed one. */
import type { Origin } from '../model/manifest.ts'

export const ORIGIN_BANDS: { readonly [origin in Origin]: string | null } = {
  observed: null,
  recorded: 'Recorded test chain: real Akash node software, invented market. Not the live network.',
  simulated: 'Simulated market: for trying Rackrate out, not observed data.'
}

/** How a source line begins. */
export function sourceName(origin: Origin, chainId: string): string {
  switch (origin) {
    case 'observed':
      return `Akash chain ${chainId}`
    case 'recorded':
      return `Recorded test chain ${chainId}, invented market`
    case 'simulated':
      return `Simulated market ${chainId}`
  }
}

/** Names a download, with its origin where it is not the live network. */
export function fileName(origin: Origin, name: string, ending: string): string {
  return `rackrate-${origin === 'observed' ? '' : `${origin}-`}${name}.${ending}`
}
