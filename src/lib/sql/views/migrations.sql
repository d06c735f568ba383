-- Internal: the ACT migration of v2.0.0, which no market event tells: running leases went from axlUSDC to ACT one to one before the
-- transactions of the upgrade block, and from AKT at the oracle's price after those of a later block. Only the vault's burn shows it:
-- outside the migration it never burns these denoms.
SELECT DISTINCT s.network, s.height, s.denom AS from_denom, 'uact' AS to_denom,
  s.tx_index < 0 AS before_txs,
  CASE
    WHEN s.denom = 'uakt' THEN (
      -- EndBlock runs the oracle after the migration, so the price in force is that of the block before.
      SELECT arg_max(p.usd, p.height)
      FROM facts.oracle_prices p
      WHERE p.network = s.network AND p.asset = 'akt' AND p.height < s.height
    )
    ELSE 1::DECIMAL(38, 18)
  END AS rate
FROM facts.vault_supply s
WHERE s.kind = 'burn'
  AND ((s.denom LIKE 'ibc/%' AND s.tx_index < 0) OR (s.denom = 'uakt' AND s.tx_index >= 1000000))
