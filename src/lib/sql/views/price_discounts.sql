-- How far below a cloud's price on demand leases of the same kind of GPU were on each day: 1 − price ÷ list price. The same model, memory
-- and form factor only; a cloud without an offer has no row.
SELECT p.network, p.gpu_model, p.gpu_memory_gib, p.gpu_interface, p.scope, c.provider, c.instance_type, p.day, c.gpus, c.region, c.statistic,
  c.usd_per_gpu_hour AS list_usd_per_gpu_hour, p.leases, p.providers, p.gpu_hours, p.p25, p.p50, p.p75,
  1 - p.p75 / c.usd_per_gpu_hour::DOUBLE AS discount_p25, 1 - p.p50 / c.usd_per_gpu_hour::DOUBLE AS discount, 1 - p.p25 / c.usd_per_gpu_hour::DOUBLE AS discount_p75,
  p.uptime, 1 - p.p50 / p.uptime / c.usd_per_gpu_hour::DOUBLE AS discount_uptime_adjusted
FROM price_days p
JOIN cloud_steps c
  ON c.network = p.network AND p.day >= c.from_day AND p.day < c.to_day AND c.gpu_model = p.gpu_model AND c.gpu_memory_gib = p.gpu_memory_gib
  AND c.gpu_interface = p.gpu_interface AND c.purchase_option = 'on_demand'
WHERE p.p50 IS NOT NULL
ORDER BY p.gpu_model, p.gpu_memory_gib, p.gpu_interface, p.scope, c.provider, p.day
