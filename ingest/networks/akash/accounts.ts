/**
 * Module accounts of Akash: bech32 of the first 20 bytes of SHA-256 of the module's name, so the same on every chain
 * with the `akash` prefix. Seen in mainnet blocks 28860258-28879984 and in all recordings.
 */
export const ESCROW = 'akash14pphss726thpwws3yc458hggufynm9x77l4l2u'
/** The community pool; `x/take` paid into it until v2.0.0 deleted the module. */
export const DISTRIBUTION = 'akash1jv65s3grqf6v6jl3dp4t6c9t9rk99cd82yfms9'
/** The vault of the burn-mint engine, since v2.0.0. */
export const VAULT = 'akash1klpwzlvfnw7j8gtdd0cuu9vaw9ermsmd37sg55'
