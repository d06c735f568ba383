-- Flags for the time axis: events of the network, and steps of list prices of this kind of GPU by a fifth or more.
SELECT day, kind, provider, title, source
FROM events
WHERE (kind = 'event' OR (gpu_model = $model AND gpu_memory_gib IS NOT DISTINCT FROM $memory_gib::DOUBLE AND gpu_interface IS NOT DISTINCT FROM $interface::VARCHAR))
  AND day >= $from::TIMESTAMP::DATE AND day <= $to::TIMESTAMP
ORDER BY day, title
