-- Prices of tokens: those that the chain itself aggregates each block (since the ACT migration of 2026-03; the median of its sources),
-- those fetched from publishers, and the reference history.
SELECT p.network, p.asset, b.time, p.height, p.usd, 'chain' AS basis, p.source
FROM facts.oracle_prices p
JOIN facts.blocks b USING (network, height)
UNION ALL
SELECT network, asset, day::TIMESTAMP, NULL, usd, basis, source
FROM (
  FROM facts.token_prices
  UNION ALL
  FROM facts.reference_token_prices
)
QUALIFY row_number() OVER (PARTITION BY network, asset, day, source ORDER BY fetched_at DESC NULLS LAST) = 1
ORDER BY time, height, asset, source
