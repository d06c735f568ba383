-- List prices of clouds over time, each offer for as long as a price held.
SELECT network, provider, instance_type, gpu_name, gpu_model, gpu_memory_gib, gpu_interface, gpus, vcpus, memory_gib, region, purchase_option, statistic,
  covers, usd_per_gpu_hour, from_day, to_day, source, is_last, observations
FROM list_steps
ORDER BY provider, instance_type, region, purchase_option, statistic, from_day
