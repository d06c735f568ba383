-- The price that stands for each cloud beside leases of a kind of GPU, as steps.
SELECT network, provider, gpu_model, gpu_memory_gib, gpu_interface, instance_type, gpus, vcpus, memory_gib, region, purchase_option, statistic,
  usd_per_gpu_hour, from_day, to_day, source
FROM cloud_steps
ORDER BY gpu_model, gpu_memory_gib, gpu_interface, provider, purchase_option, from_day
