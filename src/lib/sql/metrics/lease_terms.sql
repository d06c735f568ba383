-- One lease as it last was: what it held per GPU, and what it cost.
SELECT lease_id, provider, gpu_model AS model, gpu_memory_gib AS memory_gib, gpu_interface AS interface, gpus, vcpus / gpus AS vcpus_per_gpu,
  memory_gib / gpus AS memory_gib_per_gpu, usd_per_gpu_hour AS price, from_time, to_time, coalesce(array_to_string(marks, ', '), '') AS marks
FROM realised_prices
WHERE lease_id = $lease AND kind = 'gpu'
ORDER BY from_time DESC
LIMIT 1
