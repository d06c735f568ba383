-- What leases of a kind of GPU cost, bucket by bucket. A bucket without marked leases is the same in both scopes.
SELECT begins, leases, providers, gpu_hours, p10, p25, p50, p75, p90, vcpus_per_gpu, memory_gib_per_gpu, uptime
FROM price_series
WHERE gpu_model = $model AND gpu_memory_gib IS NOT DISTINCT FROM $memory_gib::DOUBLE AND gpu_interface IS NOT DISTINCT FROM $interface::VARCHAR
  AND grain = $grain AND scope IN ('all', $scope) AND begins + CASE grain WHEN 'week' THEN 7 ELSE 1 END > $from::TIMESTAMP::DATE AND begins <= $to::TIMESTAMP
QUALIFY row_number() OVER (PARTITION BY begins ORDER BY scope DESC) = 1
ORDER BY begins
