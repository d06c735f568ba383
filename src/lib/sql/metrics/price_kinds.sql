-- Kinds of GPU with leases that have a price: the last week of each up to $to, and all before.
SELECT
  gpu_model AS model, gpu_memory_gib AS memory_gib, gpu_interface AS interface,
  sum(gpu_hours) AS gpu_hours,
  min(begins) AS first_week, max(begins) AS last_week,
  arg_max(leases, begins)::INTEGER AS leases,
  arg_max(providers, begins)::INTEGER AS providers,
  arg_max(p50, begins) AS median
FROM price_series
WHERE grain = 'week' AND scope = 'all' AND p50 IS NOT NULL AND begins < $to::TIMESTAMP
GROUP BY ALL
ORDER BY gpu_hours DESC, model, memory_gib, interface
