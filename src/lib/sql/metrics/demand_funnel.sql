-- What became of the orders for GPUs that were made within the range. An order that takes several models, or any, is counted as such.
WITH ended AS (
  SELECT
    leases.network, order_id,
    epoch_us(least(coalesce(closed_at, tip), coalesce(dry.time, tip))) - epoch_us(created_at) >= 3600e6 AS ran_hour
  FROM leases
    CROSS JOIN (SELECT max(time) AS tip FROM blocks)
    LEFT JOIN blocks AS dry ON dry.network = leases.network AND dry.height = leases.ran_dry_height
),
asked AS (
  SELECT
    CASE WHEN len(gpu_models) <> 1 THEN 'several' WHEN ends_with(gpu_models[1], '*') THEN 'any' ELSE gpu_models[1] END AS model,
    bids > 0 AS bid_for,
    outcome,
    coalesce(ran_hour, false) AS ran_hour
  FROM orders LEFT JOIN ended USING (network, order_id)
  WHERE gpus > 0 AND created_at >= $from::TIMESTAMP AND created_at < $to::TIMESTAMP
    AND ($model::VARCHAR IS NULL OR list_contains(gpu_models, $model::VARCHAR))
)
SELECT
  model,
  count(*)::INTEGER AS orders,
  count(*) FILTER (WHERE bid_for OR outcome = 'leased')::INTEGER AS with_bids,
  count(*) FILTER (WHERE outcome = 'leased')::INTEGER AS leased,
  count(*) FILTER (WHERE outcome = 'leased' AND ran_hour)::INTEGER AS ran_hour,
  count(*) FILTER (WHERE outcome = 'closed')::INTEGER AS unfilled
FROM asked
GROUP BY model
ORDER BY orders DESC, model
