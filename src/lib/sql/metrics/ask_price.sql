-- What providers asked for a kind of GPU, bucket by bucket: of each provider and day the median of its bids, and quartiles over these.
SELECT begins, ask_providers AS providers, ask_p25 AS p25, ask_p50 AS p50, ask_p75 AS p75
FROM price_series
WHERE gpu_model = $model AND gpu_memory_gib IS NOT DISTINCT FROM $memory_gib::DOUBLE AND gpu_interface IS NOT DISTINCT FROM $interface::VARCHAR
  AND grain = $grain AND scope = 'all' AND ask_p50 IS NOT NULL
  AND begins + CASE grain WHEN 'week' THEN 7 ELSE 1 END > $from::TIMESTAMP::DATE AND begins <= $to::TIMESTAMP
ORDER BY begins
