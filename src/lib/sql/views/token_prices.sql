-- Prices that the chain itself aggregates each block (since the ACT migration of 2026-03): the median of its sources.
SELECT p.network, p.asset, b.time, p.height, p.usd, 'chain' AS basis, p.source
FROM facts.oracle_prices p
JOIN facts.blocks b USING (network, height)
ORDER BY p.height, p.tx_index, p.event_index
