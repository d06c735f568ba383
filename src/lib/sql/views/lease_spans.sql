-- Internal: each lease at each price, from its begin to its end: with marks of those that are no ordinary rent, what it holds besides
-- GPUs, and the kind of GPU.
WITH tips AS (
  SELECT network, min(height) AS first_height, min(time) AS first_at, max(height) AS last_height, max(time) AS last_at
  FROM times
  GROUP BY network
),
periods AS (
  SELECT network, lease_id, denom, price_per_block, from_height, from_time,
    lead(from_height) OVER lease AS next_height, lead(from_time) OVER lease AS next_time
  FROM lease_prices
  WINDOW lease AS (PARTITION BY network, lease_id ORDER BY from_height NULLS FIRST)
),
midnights AS (
  SELECT *, lead(midnight) OVER w AS next_midnight, lead(height) OVER w AS next_height
  FROM day_heights
  WINDOW w AS (PARTITION BY network ORDER BY midnight)
),
-- When an escrow was used up. That height is reckoned, so outside the indexed ones no block need be known: then its place in its day tells.
dried AS (
  SELECT l.network, l.lease_id, coalesce(t.time,
    m.midnight + to_microseconds(((l.ran_dry_height - m.height) / (m.next_height - m.height) * (epoch_us(m.next_midnight) - epoch_us(m.midnight)))::BIGINT)
  ) AS time
  FROM (SELECT network, lease_id, ran_dry_height FROM leases WHERE ran_dry_height IS NOT NULL) l
  LEFT JOIN times t ON t.network = l.network AND t.height = l.ran_dry_height
  ASOF LEFT JOIN midnights m ON m.network = l.network AND l.ran_dry_height >= m.height
),
kinds AS (
  SELECT network, lease_id, count(DISTINCT (gpu_model, gpu_memory_gib, gpu_interface)) > 1 AS is_mixed, bool_and(gpu_model IS NOT NULL) AS is_told,
    any_value(gpu_model) AS gpu_model, any_value(gpu_memory_gib) AS gpu_memory_gib, any_value(gpu_interface) AS gpu_interface
  FROM (
    -- What the offer does not tell, the provider may have left no choice about.
    SELECT k.network, k.lease_id, n.gpu_model, coalesce(n.gpu_memory_gib, p.gpu_memory_gib) AS gpu_memory_gib,
      coalesce(n.gpu_interface, p.gpu_interface) AS gpu_interface
    FROM gpu_kinds k
    JOIN lease_keys l USING (network, lease_id)
    LEFT JOIN known_gpus n
      ON n.name = k.gpu_model AND n.told_gib IS NOT DISTINCT FROM k.gpu_memory_gib AND n.told_interface IS NOT DISTINCT FROM k.gpu_interface
    LEFT JOIN provider_gpus p ON p.network = l.network AND p.provider = l.provider AND p.gpu_model = n.gpu_model
  )
  GROUP BY ALL
),
funded AS (
  SELECT network, deployment_id, account
  FROM escrow_moves
  WHERE kind = 'deposit'
  UNION
  SELECT network, concat_ws('/', owner, dseq), funded_by
  FROM facts.state_deployments
  WHERE funded_by IS NOT NULL
),
bots AS (
  SELECT DISTINCT network, account
  FROM account_labels
  WHERE label = 'price_bot'
)
SELECT l.network, l.lease_id, l.provider, l.owner, l.gpus,
  CASE WHEN l.gpus = 0 THEN 'cpu' WHEN k.is_mixed THEN 'mixed' ELSE 'gpu' END AS kind,
  CASE WHEN k.is_told AND NOT k.is_mixed THEN k.gpu_model END AS gpu_model,
  CASE WHEN k.is_told AND NOT k.is_mixed THEN k.gpu_memory_gib END AS gpu_memory_gib,
  CASE WHEN k.is_told AND NOT k.is_mixed THEN k.gpu_interface END AS gpu_interface,
  l.cpu_millicores / 1000.0::DOUBLE AS vcpus, l.memory_bytes / 1073741824.0::DOUBLE AS memory_gib, l.storage_bytes / 1073741824.0::DOUBLE AS storage_gib,
  list_filter([
    CASE WHEN l.owner = l.provider THEN 'self_dealt' END,
    CASE WHEN l.owner <> l.provider AND f.account IS NOT NULL THEN 'funded_by_provider' END,
    CASE WHEN b.account IS NOT NULL THEN 'price_bot' END
  ], lambda mark: mark IS NOT NULL) AS marks,
  p.denom, p.price_per_block::DOUBLE AS price_per_block,
  coalesce(p.from_height, l.created_height, t.first_height) AS start_height,
  coalesce(p.from_time, l.created_at, t.first_at) AS start_at,
  least(l.closed_height, l.ran_dry_height, p.next_height, t.last_height) AS end_height,
  least(l.closed_at, dry.time, p.next_time, t.last_at) AS end_at,
  l.closed_height IS NULL AND l.ran_dry_height IS NULL AND p.next_height IS NULL AS goes_on
FROM leases l
JOIN tips t USING (network)
JOIN periods p USING (network, lease_id)
LEFT JOIN kinds k USING (network, lease_id)
LEFT JOIN dried dry ON dry.network = l.network AND dry.lease_id = l.lease_id
LEFT JOIN funded f ON f.network = l.network AND f.deployment_id = l.deployment_id AND f.account = l.provider
LEFT JOIN bots b ON b.network = l.network AND b.account = l.owner
WHERE l.gpus IS NOT NULL AND p.price_per_block IS NOT NULL
  -- A begin or an end whose time is not known leaves nothing to count.
  AND (coalesce(p.from_height, l.created_height) IS NULL OR p.from_time IS NOT NULL) AND (p.next_height IS NULL OR p.next_time IS NOT NULL)
  AND (l.closed_height IS NULL OR l.closed_at IS NOT NULL) AND (l.ran_dry_height IS NULL OR dry.time IS NOT NULL)
  -- What ran dry before it was repriced never cost the new price.
  AND coalesce(p.from_height <= least(l.closed_height, l.ran_dry_height), true)
