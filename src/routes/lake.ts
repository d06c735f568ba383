/** What a page knows of its lake. */
import type { LakeFile, Origin } from '../lib/model/manifest.ts'

export type LakeInfo = {
  readonly network: string
  readonly chainId: string
  readonly origin: Origin
  readonly writtenBy: string
  readonly firstHeight: number
  readonly lastHeight: number
  /** Header time of the last block, ISO 8601. */
  readonly lastAt: string
  readonly marts: readonly LakeFile[]
}
