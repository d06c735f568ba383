-- GPU models at the end of the range: what there is, what of it is leased, for how much, and when it was leased last.
WITH
-- part: lease_spans
-- part: gpu_hour_prices
latest AS (
  SELECT max(day) AS day FROM provider_days WHERE day < $to::TIMESTAMP
),
supplied AS (
  SELECT
    coalesce(gpu_model, 'unknown') AS model,
    providers_registered, providers_online, gpus_registered, gpus_online, gpus_free,
    CASE $placement::INTEGER WHEN 1 THEN leasable_1 WHEN 2 THEN leasable_2 WHEN 4 THEN leasable_4 ELSE leasable_8 END AS leasable
  FROM supply_days
  WHERE day = (SELECT day FROM latest)
),
held AS (
  SELECT coalesce(gpu_model, 'unknown') AS model, sum(lease_gpus.gpus) AS leased
  FROM lease_spans JOIN lease_gpus USING (network, lease_id) CROSS JOIN window_edges AS w
  WHERE end_at >= w.to_at
  GROUP BY ALL
),
occupied AS (
  SELECT coalesce(gpu_model, 'unknown') AS model, sum(gpus_leased_online) / nullif(sum(gpus_allocatable), 0) AS occupancy
  FROM supply_days
  WHERE day >= $from::TIMESTAMP::DATE AND day < $to::TIMESTAMP AND gpus_allocatable IS NOT NULL AND gpus_leased IS NOT NULL
  GROUP BY ALL
),
ranked AS (
  SELECT
    *,
    sum(gpu_us) OVER (PARTITION BY model ORDER BY price, lease_id, start_at ROWS UNBOUNDED PRECEDING) AS up_to,
    sum(gpu_us) OVER (PARTITION BY model) AS whole
  FROM gpu_hour_prices
),
priced AS (
  SELECT model, count(DISTINCT lease_id) AS leases, min(price) FILTER (WHERE up_to * 2 >= whole) / $units_per_token::DOUBLE AS median
  FROM ranked
  GROUP BY model
),
lasts AS (
  SELECT coalesce(lease_gpus.gpu_model, 'unknown') AS model, max(created_at) AS at
  FROM leases JOIN lease_gpus USING (network, lease_id)
  WHERE created_at <= $to::TIMESTAMP
  GROUP BY ALL
),
models AS (
  SELECT model FROM supplied UNION SELECT model FROM held
)
SELECT
  model,
  coalesce(providers_registered, 0)::INTEGER AS providers,
  coalesce(providers_online, 0)::INTEGER AS providers_online,
  coalesce(gpus_registered, 0)::INTEGER AS registered,
  coalesce(gpus_online, 0)::INTEGER AS online,
  coalesce(supplied.leasable, 0)::INTEGER AS leasable,
  (gpus_online - gpus_free)::INTEGER AS allocated,
  coalesce(held.leased, 0)::INTEGER AS leased,
  occupancy::DOUBLE AS occupancy,
  median::DOUBLE AS median_price,
  coalesce(priced.leases, 0)::INTEGER AS price_leases,
  lasts.at AS last_lease_at
FROM models
  LEFT JOIN supplied USING (model)
  LEFT JOIN held USING (model)
  LEFT JOIN occupied USING (model)
  LEFT JOIN priced USING (model)
  LEFT JOIN lasts USING (model)
WHERE $model::VARCHAR IS NULL OR model = $model::VARCHAR
ORDER BY registered DESC, leased DESC, model
