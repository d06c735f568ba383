-- Realised prices and asks by kind of GPU and day. Days of which nothing is marked have the scope `all` alone.
SELECT network, gpu_model, gpu_memory_gib, gpu_interface, scope, begins AS day, leases, providers, gpu_hours, p10, p25, p50, p75, p90,
  gpu_share, gpu_share_low, gpu_share_high, vcpus_per_gpu, memory_gib_per_gpu, uptime, bids, ask_providers, ask_p25, ask_p50, ask_p75
FROM price_buckets
WHERE grain = 'day'
ORDER BY gpu_model, gpu_memory_gib, gpu_interface, scope, day
