-- How far below each cloud's price on demand leases were, bucket by bucket: 1 − price ÷ price of the cloud in the middle of the bucket.
WITH realised AS (
  SELECT begins, leases, p25, p50, p75, uptime
  FROM price_series
  WHERE gpu_model = $model AND gpu_memory_gib = $memory_gib::DOUBLE AND gpu_interface = $interface::VARCHAR
    AND grain = $grain AND scope IN ('all', $scope) AND begins + CASE grain WHEN 'week' THEN 7 ELSE 1 END > $from::TIMESTAMP::DATE AND begins <= $to::TIMESTAMP
  QUALIFY row_number() OVER (PARTITION BY begins ORDER BY scope DESC) = 1
),
clouds AS (
  SELECT provider, instance_type, round(usd_per_gpu_hour::DOUBLE, 9) AS usd, from_day, to_day
  FROM cloud_price_steps
  WHERE gpu_model = $model AND gpu_memory_gib = $memory_gib::DOUBLE AND gpu_interface = $interface::VARCHAR AND purchase_option = 'on_demand'
)
SELECT begins, provider, instance_type, leases, usd AS list_usd, p50 AS median,
  1 - p75 / usd AS discount_p25, 1 - p50 / usd AS discount, 1 - p25 / usd AS discount_p75, 1 - p50 / nullif(uptime, 0) / usd AS discount_uptime_adjusted
FROM realised
JOIN clouds ON begins + CASE $grain WHEN 'week' THEN 3 ELSE 0 END >= from_day AND begins + CASE $grain WHEN 'week' THEN 3 ELSE 0 END < to_day
WHERE p50 IS NOT NULL
ORDER BY provider, begins
