-- Distribution of lease prices per GPU-hour by model, weighted by the GPU-hours leased within the range.
WITH
-- part: lease_spans
-- part: gpu_hour_prices
ranked AS (
  SELECT
    *,
    sum(gpu_us) OVER (PARTITION BY model ORDER BY price, lease_id, start_at ROWS UNBOUNDED PRECEDING) AS up_to,
    sum(gpu_us) OVER (PARTITION BY model) AS whole
  FROM gpu_hour_prices
)
SELECT
  model,
  count(DISTINCT lease_id)::INTEGER AS leases,
  count(DISTINCT provider)::INTEGER AS providers,
  sum(gpus)::INTEGER AS gpus,
  sum(gpu_us)::DOUBLE / 3600e6 AS gpu_hours,
  min(price) / $units_per_token::DOUBLE AS lowest,
  min(price) FILTER (WHERE up_to * 10 >= whole) / $units_per_token::DOUBLE AS p10,
  min(price) FILTER (WHERE up_to * 4 >= whole) / $units_per_token::DOUBLE AS p25,
  min(price) FILTER (WHERE up_to * 2 >= whole) / $units_per_token::DOUBLE AS median,
  min(price) FILTER (WHERE up_to * 4 >= whole * 3) / $units_per_token::DOUBLE AS p75,
  min(price) FILTER (WHERE up_to * 10 >= whole * 9) / $units_per_token::DOUBLE AS p90,
  max(price) / $units_per_token::DOUBLE AS highest
FROM ranked
GROUP BY model
ORDER BY sum(gpu_us) DESC, model
