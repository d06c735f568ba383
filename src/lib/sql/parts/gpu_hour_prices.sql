-- Price of each lease in $denom per GPU-hour, by the blocks that the chain really made while the lease was active.
-- A lease that mixes GPU models has no price of one model.
gpu_hour_prices AS (
  SELECT
    lease_id,
    provider,
    coalesce(any_value(lease_gpus.gpu_model), 'unknown') AS model,
    sum(lease_gpus.gpus) AS gpus,
    any_value(price_per_block)::DOUBLE
      * any_value(end_height - start_height) / any_value(epoch_us(end_at) - epoch_us(start_at)) * 3600e6
      / sum(lease_gpus.gpus) AS price,
    sum(lease_gpus.gpus) * any_value(active_us) AS gpu_us,
    any_value(start_at) AS start_at,
    any_value(end_at) AS end_at,
    any_value(closed_height) IS NULL AS open
  FROM lease_spans JOIN lease_gpus USING (network, lease_id)
  WHERE denom = $denom::VARCHAR AND lease_gpus.gpus > 0 AND price_per_block IS NOT NULL AND end_at > start_at
  GROUP BY network, lease_id, provider
  HAVING count(DISTINCT coalesce(lease_gpus.gpu_model, 'unknown')) = 1
)
