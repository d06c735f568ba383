-- Denoms that leases are priced in, the one with the most GPU leases first.
SELECT
  lease_prices.denom,
  (count(DISTINCT lease_id) FILTER (WHERE gpus > 0))::INTEGER AS gpu_leases,
  count(DISTINCT lease_id)::INTEGER AS leases
FROM lease_prices JOIN leases USING (network, lease_id)
WHERE lease_prices.denom IS NOT NULL
GROUP BY lease_prices.denom
ORDER BY gpu_leases DESC, leases DESC, lease_prices.denom
