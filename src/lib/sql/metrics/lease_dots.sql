-- Leases of a kind of GPU that began in the range or were active in it, each with its price, or its prices: the $most with the most GPU-hours.
SELECT lease_id, provider, organization, gpus, usd_per_gpu_hour AS price, from_time, to_time, goes_on, coalesce(array_to_string(marks, ', '), '') AS marks,
  count(DISTINCT lease_id) OVER ()::INTEGER AS all_leases
FROM realised_prices
LEFT JOIN providers USING (network, provider)
WHERE kind = 'gpu' AND gpu_model = $model AND gpu_memory_gib IS NOT DISTINCT FROM $memory_gib::DOUBLE AND gpu_interface IS NOT DISTINCT FROM $interface::VARCHAR
  AND usd_per_gpu_hour IS NOT NULL AND to_time > $from::TIMESTAMP AND from_time < $to::TIMESTAMP AND ($scope = 'all' OR len(marks) = 0)
ORDER BY priced_hours * gpus DESC, lease_id
LIMIT $most
