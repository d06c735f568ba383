-- Denoms that leases are priced in, the one with the most GPU leases first.
SELECT
  denom,
  (count(*) FILTER (WHERE gpus > 0))::INTEGER AS gpu_leases,
  count(*)::INTEGER AS leases
FROM leases
WHERE denom IS NOT NULL
GROUP BY denom
ORDER BY gpu_leases DESC, leases DESC, denom
