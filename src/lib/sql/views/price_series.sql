-- The same for charts: by week, and by day for the last 120 days. Prices are rounded to three significant digits, so that a browser has little
-- to fetch; `price_days` has them in full.
WITH tips AS (
  SELECT network, max(begins) AS last_day
  FROM price_buckets
  WHERE grain = 'day'
  GROUP BY network
),
kept AS (
  SELECT b.*
  FROM price_buckets b
  JOIN tips t USING (network)
  WHERE b.grain = 'week' OR b.begins > t.last_day - 120
)
SELECT network, gpu_model, gpu_memory_gib, gpu_interface, scope, grain, begins, leases, providers, coalesce(round(gpu_hours, 2 - floor(log10(nullif(gpu_hours, 0)))::INTEGER), 0) AS gpu_hours,
  coalesce(round(p10, 2 - floor(log10(nullif(p10, 0)))::INTEGER), p10) AS p10,
  coalesce(round(p25, 2 - floor(log10(nullif(p25, 0)))::INTEGER), p25) AS p25,
  coalesce(round(p50, 2 - floor(log10(nullif(p50, 0)))::INTEGER), p50) AS p50,
  coalesce(round(p75, 2 - floor(log10(nullif(p75, 0)))::INTEGER), p75) AS p75,
  coalesce(round(p90, 2 - floor(log10(nullif(p90, 0)))::INTEGER), p90) AS p90,
  round(vcpus_per_gpu, 1) AS vcpus_per_gpu, round(memory_gib_per_gpu, 1) AS memory_gib_per_gpu, round(uptime, 3) AS uptime, ask_providers,
  coalesce(round(ask_p25, 2 - floor(log10(nullif(ask_p25, 0)))::INTEGER), ask_p25) AS ask_p25,
  coalesce(round(ask_p50, 2 - floor(log10(nullif(ask_p50, 0)))::INTEGER), ask_p50) AS ask_p50,
  coalesce(round(ask_p75, 2 - floor(log10(nullif(ask_p75, 0)))::INTEGER), ask_p75) AS ask_p75
FROM kept
ORDER BY gpu_model, gpu_memory_gib, gpu_interface, scope, grain, begins
