-- Of the price of a kind of GPU, what is for the GPUs themselves, week by week: an estimate with its band.
SELECT begins, leases, gpu_share, gpu_share_low, gpu_share_high
FROM gpu_share_weeks
WHERE gpu_model = $model AND gpu_memory_gib IS NOT DISTINCT FROM $memory_gib::DOUBLE AND gpu_interface IS NOT DISTINCT FROM $interface::VARCHAR
  AND scope IN ('all', $scope) AND begins + 7 > $from::TIMESTAMP::DATE AND begins <= $to::TIMESTAMP
QUALIFY row_number() OVER (PARTITION BY begins ORDER BY scope DESC) = 1
ORDER BY begins
