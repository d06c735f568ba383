-- Price of each lease in $denom per GPU-hour, by the blocks that the chain really made while the lease was active at that price.
-- A lease that mixes GPU models has no price of one model, and one that ends in the block that made or repriced it has none at all.
kinds AS (
  SELECT network, lease_id, min(coalesce(gpu_model, 'unknown')) AS model, sum(gpus) AS gpus
  FROM lease_gpus
  WHERE gpus > 0
  GROUP BY network, lease_id
  HAVING count(DISTINCT coalesce(gpu_model, 'unknown')) = 1
),
gpu_hour_prices AS (
  SELECT
    lease_id, provider, model, kinds.gpus, start_at, end_at, goes_on,
    price_per_block::DOUBLE * (end_height - start_height) / (epoch_us(end_at) - epoch_us(start_at)) * 3600e6 / kinds.gpus AS price,
    kinds.gpus * active_us AS gpu_us
  FROM lease_spans JOIN kinds USING (network, lease_id)
  WHERE denom = $denom::VARCHAR AND price_per_block IS NOT NULL AND end_at > start_at
)
