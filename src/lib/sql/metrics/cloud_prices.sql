-- The price on demand that stands for each cloud beside a kind of GPU, as steps between observations.
SELECT provider, instance_type, gpus, vcpus, memory_gib, region, statistic, round(usd_per_gpu_hour::DOUBLE, 9) AS usd_per_gpu_hour, from_day, to_day, source
FROM cloud_price_steps
WHERE gpu_model = $model AND gpu_memory_gib = $memory_gib::DOUBLE AND gpu_interface = $interface::VARCHAR AND purchase_option = 'on_demand'
  AND to_day > $from::TIMESTAMP::DATE AND from_day <= $to::TIMESTAMP
ORDER BY provider, from_day
