-- Internal: distribution of prices per GPU-hour of each kind of GPU, by day and by week (from Monday): each lease weighs as many GPU-hours as
-- it was active in the bucket. Scope `all`, and `organic`, without marked leases, where there are any.
WITH priced AS (
  SELECT d.network, d.lease_id, d.provider, d.day, d.gpu_model, d.gpu_memory_gib, d.gpu_interface, len(d.marks) > 0 AS is_marked,
    d.gpus * d.hours AS gpu_hours, d.usd / (d.gpus * d.hours) AS price, d.vcpus / d.gpus AS vcpus, d.memory_gib / d.gpus AS memory_gib,
    (d.usd - r.p50 * host) / (d.gpus * d.hours) AS share, (d.usd - r.p75 * host) / (d.gpus * d.hours) AS share_low,
    (d.usd - r.p25 * host) / (d.gpus * d.hours) AS share_high
  FROM (SELECT *, (1.6 * vcpus + 0.8 * memory_gib + 0.02 * storage_gib) / 730.5 * hours AS host FROM lease_usd_days) d
  LEFT JOIN host_rates r ON r.network = d.network AND r.quarter = date_trunc('quarter', d.day)::DATE
  WHERE d.kind = 'gpu' AND d.gpu_model IS NOT NULL AND d.usd IS NOT NULL
),
grains AS (
  SELECT 'day' AS grain, day AS begins, * FROM priced
  UNION ALL
  SELECT 'week', date_trunc('week', day)::DATE, * FROM priced
),
marked AS (
  SELECT DISTINCT network, grain, begins, gpu_model, coalesce(gpu_memory_gib, -1) AS gib, coalesce(gpu_interface, '') AS interface
  FROM grains
  WHERE is_marked
),
scoped AS (
  SELECT 'all' AS scope, * FROM grains
  UNION ALL
  SELECT 'organic', g.*
  FROM grains g
  SEMI JOIN marked m ON (m.network, m.grain, m.begins, m.gpu_model) = (g.network, g.grain, g.begins, g.gpu_model)
    AND m.gib = coalesce(g.gpu_memory_gib, -1) AND m.interface = coalesce(g.gpu_interface, '')
  WHERE NOT is_marked
),
ranked AS (
  SELECT *,
    sum(gpu_hours) OVER (kind ORDER BY price ROWS UNBOUNDED PRECEDING) AS up_to,
    -- Sums of doubles differ in their last bits: a share that is reached exactly is reached.
    sum(gpu_hours) OVER kind * (1 - 1e-9) AS whole,
    sum(gpu_hours) OVER (kind ORDER BY share ROWS UNBOUNDED PRECEDING) AS share_up_to,
    sum(gpu_hours) FILTER (share IS NOT NULL) OVER kind * (1 - 1e-9) AS share_whole
  FROM scoped
  WINDOW kind AS (PARTITION BY network, scope, grain, begins, gpu_model, gpu_memory_gib, gpu_interface)
),
-- Observed uptime of the providers of these leases, by their GPU-hours.
up AS (
  SELECT s.network, s.scope, s.grain, s.begins, s.gpu_model, s.gpu_memory_gib, s.gpu_interface,
    sum(s.gpu_hours * p.online_s / p.known_s) / sum(s.gpu_hours) AS uptime
  FROM scoped s
  JOIN provider_days p ON p.network = s.network AND p.provider = s.provider AND p.day = s.day AND p.known_s > 0
  GROUP BY ALL
),
spread AS (
  SELECT network, scope, grain, begins, gpu_model, gpu_memory_gib, gpu_interface, 
    count(DISTINCT lease_id)::INTEGER AS leases, count(DISTINCT provider)::INTEGER AS providers, sum(gpu_hours) AS gpu_hours,
    min(price) FILTER (up_to * 10 >= whole) AS p10,
    min(price) FILTER (up_to * 4 >= whole) AS p25,
    min(price) FILTER (up_to * 2 >= whole) AS p50,
    min(price) FILTER (up_to * 4 >= whole * 3) AS p75,
    min(price) FILTER (up_to * 10 >= whole * 9) AS p90,
    min(share) FILTER (share_up_to * 2 >= share_whole) AS gpu_share,
    -- The band of the lease that is the median.
    min_by(share_low, (share, share_low)) FILTER (share_up_to * 2 >= share_whole) AS gpu_share_low,
    min_by(share_high, (share, share_low)) FILTER (share_up_to * 2 >= share_whole) AS gpu_share_high,
    median(vcpus) AS vcpus_per_gpu, median(memory_gib) AS memory_gib_per_gpu
  FROM ranked
  GROUP BY ALL
),
asks AS (
  SELECT network, grain, begins, gpu_model, gpu_memory_gib, gpu_interface, sum(bids)::INTEGER AS bids, count(DISTINCT provider)::INTEGER AS ask_providers,
    quantile_disc(usd, 0.25) AS ask_p25, quantile_disc(usd, 0.5) AS ask_p50, quantile_disc(usd, 0.75) AS ask_p75
  FROM (
    SELECT 'day' AS grain, day AS begins, * FROM ask_days
    UNION ALL
    SELECT 'week', date_trunc('week', day)::DATE, * FROM ask_days
  )
  GROUP BY ALL
),
keys AS (
  SELECT network, scope, grain, begins, gpu_model, gpu_memory_gib, gpu_interface FROM spread
  UNION
  -- Where every lease is marked, none is left.
  SELECT network, 'organic', grain, begins, gpu_model, gpu_memory_gib, gpu_interface FROM grains WHERE is_marked
  UNION
  SELECT network, 'all', grain, begins, gpu_model, gpu_memory_gib, gpu_interface FROM asks
)
SELECT k.*, coalesce(s.leases, 0) AS leases, coalesce(s.providers, 0) AS providers, coalesce(s.gpu_hours, 0) AS gpu_hours, s.p10, s.p25, s.p50, s.p75, s.p90,
  s.gpu_share, s.gpu_share_low, s.gpu_share_high, s.vcpus_per_gpu, s.memory_gib_per_gpu, u.uptime,
  coalesce(a.bids, 0) AS bids, coalesce(a.ask_providers, 0) AS ask_providers, a.ask_p25, a.ask_p50, a.ask_p75
FROM keys k
LEFT JOIN spread s ON (s.network, s.scope, s.grain, s.begins, s.gpu_model) = (k.network, k.scope, k.grain, k.begins, k.gpu_model)
  AND s.gpu_memory_gib IS NOT DISTINCT FROM k.gpu_memory_gib AND s.gpu_interface IS NOT DISTINCT FROM k.gpu_interface
LEFT JOIN up u ON (u.network, u.scope, u.grain, u.begins, u.gpu_model) = (k.network, k.scope, k.grain, k.begins, k.gpu_model)
  AND u.gpu_memory_gib IS NOT DISTINCT FROM k.gpu_memory_gib AND u.gpu_interface IS NOT DISTINCT FROM k.gpu_interface
LEFT JOIN asks a ON (a.network, a.grain, a.begins, a.gpu_model) = (k.network, k.grain, k.begins, k.gpu_model)
  AND a.gpu_memory_gib IS NOT DISTINCT FROM k.gpu_memory_gib AND a.gpu_interface IS NOT DISTINCT FROM k.gpu_interface
