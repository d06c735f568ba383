-- What of the price is for the GPUs themselves, by week: an estimate with its band.
SELECT network, gpu_model, gpu_memory_gib, gpu_interface, scope, begins, leases,
  coalesce(round(gpu_share, 2 - floor(log10(nullif(abs(gpu_share), 0)))::INTEGER), gpu_share) AS gpu_share,
  coalesce(round(gpu_share_low, 2 - floor(log10(nullif(abs(gpu_share_low), 0)))::INTEGER), gpu_share_low) AS gpu_share_low,
  coalesce(round(gpu_share_high, 2 - floor(log10(nullif(abs(gpu_share_high), 0)))::INTEGER), gpu_share_high) AS gpu_share_high
FROM price_buckets
WHERE grain = 'week' AND gpu_share IS NOT NULL
ORDER BY gpu_model, gpu_memory_gib, gpu_interface, scope, begins
