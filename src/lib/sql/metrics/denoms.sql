-- Denoms that leases are priced in, the one with the most GPU leases open at the end first, and when GPU leases were priced in each.
WITH
-- part: lease_spans
periods_of AS (
  SELECT *, coalesce(gpus, 0) > 0 AS has_gpus FROM lease_spans WHERE denom IS NOT NULL
)
SELECT
  denom,
  (count(DISTINCT lease_id) FILTER (WHERE has_gpus AND goes_on))::INTEGER AS open_gpu_leases,
  (count(DISTINCT lease_id) FILTER (WHERE has_gpus))::INTEGER AS gpu_leases,
  count(DISTINCT lease_id)::INTEGER AS leases,
  min(from_at) FILTER (WHERE has_gpus) AS first_at,
  max(to_at) FILTER (WHERE has_gpus) AS last_at
FROM periods_of
GROUP BY denom
ORDER BY open_gpu_leases DESC, gpu_leases DESC, leases DESC, denom
