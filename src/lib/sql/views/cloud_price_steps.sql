-- The price that stands for each cloud beside leases of a kind of GPU, as steps.
WITH changes AS (
  SELECT *,
    day - row_number() OVER same::INTEGER AS run
  FROM cloud_days
  WINDOW same AS (
    PARTITION BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, instance_type, region, statistic, usd_per_gpu_hour
    ORDER BY day
  )
)
SELECT network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, instance_type, any_value(gpus) AS gpus,
  any_value(vcpus) AS vcpus, any_value(memory_gib) AS memory_gib, region, statistic, usd_per_gpu_hour, min(day) AS from_day, max(day) + 1 AS to_day,
  any_value(source) AS source
FROM changes
GROUP BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, instance_type, region, statistic, usd_per_gpu_hour, run
ORDER BY gpu_model, gpu_memory_gib, gpu_interface, provider, purchase_option, from_day
