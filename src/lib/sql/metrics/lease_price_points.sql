-- Each lease's price per GPU-hour, for models with few enough leases to be drawn one by one.
WITH
-- part: lease_spans
-- part: gpu_hour_prices
few AS (SELECT model FROM gpu_hour_prices GROUP BY model HAVING count(DISTINCT lease_id) <= $most::INTEGER)
SELECT
  model,
  lease_id,
  provider,
  providers.organization,
  gpu_hour_prices.gpus::INTEGER AS gpus,
  price / $units_per_token::DOUBLE AS price,
  start_at,
  end_at,
  goes_on
FROM gpu_hour_prices JOIN few USING (model) LEFT JOIN providers USING (provider)
ORDER BY model, price, lease_id, start_at
