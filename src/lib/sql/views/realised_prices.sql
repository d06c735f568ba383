-- What each lease with GPUs cost in USD per GPU-hour, at each of its prices, over the days whose token price is known.
WITH hosts AS (
  SELECT d.*, (1.6 * vcpus + 0.8 * memory_gib + 0.02 * storage_gib) / 730.5 * hours AS host, r.p25, r.p50, r.p75
  FROM lease_usd_days d
  LEFT JOIN host_rates r ON r.network = d.network AND r.quarter = date_trunc('quarter', d.day)::DATE
),
sums AS (
  SELECT network, lease_id, since, denom, sum(hours) FILTER (usd IS NOT NULL) AS hours, sum(usd) AS usd, sum(tokens) / sum(hours) AS tokens_per_hour,
    sum(hours * gpus) FILTER (usd IS NOT NULL) AS gpu_hours, string_agg(DISTINCT token_basis, ', ' ORDER BY token_basis) AS token_basis,
    CASE WHEN bool_and(usd IS NULL OR p50 IS NOT NULL) THEN sum(usd - host * p50) END AS share,
    CASE WHEN bool_and(usd IS NULL OR p75 IS NOT NULL) THEN sum(usd - host * p75) END AS share_low,
    CASE WHEN bool_and(usd IS NULL OR p25 IS NOT NULL) THEN sum(usd - host * p25) END AS share_high
  FROM hosts
  GROUP BY ALL
)
SELECT l.network, l.lease_id, l.provider, l.owner, l.kind, l.gpu_model, l.gpu_memory_gib, l.gpu_interface, l.gpus,
  l.vcpus, l.memory_gib, l.marks, l.start_at AS from_time, l.end_at AS to_time, l.goes_on,
  (epoch_us(l.end_at) - epoch_us(l.start_at)) / 3600e6 AS hours,
  l.denom, s.tokens_per_hour, s.token_basis, s.hours AS priced_hours,
  s.usd / s.hours AS usd_per_hour,
  s.usd / nullif(s.gpu_hours, 0) AS usd_per_gpu_hour,
  s.share / nullif(s.gpu_hours, 0) AS gpu_share_usd,
  s.share_low / nullif(s.gpu_hours, 0) AS gpu_share_usd_low,
  s.share_high / nullif(s.gpu_hours, 0) AS gpu_share_usd_high
FROM lease_spans l
LEFT JOIN sums s ON s.network = l.network AND s.lease_id = l.lease_id AND s.since = l.start_at AND s.denom = l.denom
ORDER BY l.start_at, l.lease_id
