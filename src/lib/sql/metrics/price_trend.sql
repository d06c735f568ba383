-- Median price per GPU-hour of one model over time: at $to and at each $bucket_us before it, of the $window_us before that instant,
-- weighted by the GPU-hours leased within. Without $model, of the model with the most GPU-hours in the last of these windows.
WITH
-- part: lease_spans
-- part: gpu_hour_prices
spread AS (
  SELECT epoch_us($to::TIMESTAMP) AS to_us, $window_us::BIGINT AS length, $bucket_us::BIGINT AS step, epoch_us(first_at) AS first_us FROM edges
),
-- Before the index begins, a window holds less than it says: only the last one may.
windows AS (
  SELECT nth, to_us - nth * step AS hi, to_us - nth * step - length AS lo
  FROM (SELECT *, unnest(generate_series(0, length // step)) AS nth FROM spread)
  WHERE nth = 0 OR to_us - nth * step - length >= first_us
),
held AS (
  SELECT
    nth, model, lease_id, provider, price, start_at,
    gpus * (least(epoch_us(end_at), hi) - greatest(epoch_us(start_at), lo)) AS gpu_us
  FROM gpu_hour_prices JOIN windows ON epoch_us(start_at) < hi AND epoch_us(end_at) > lo
),
chosen AS (
  SELECT coalesce($model::VARCHAR, (
    SELECT model FROM held WHERE nth = 0 AND model <> 'unknown' GROUP BY model ORDER BY sum(gpu_us) DESC, model LIMIT 1
  )) AS model
),
ranked AS (
  SELECT
    *,
    sum(gpu_us) OVER (PARTITION BY nth ORDER BY price, lease_id, start_at ROWS UNBOUNDED PRECEDING) AS up_to,
    sum(gpu_us) OVER (PARTITION BY nth) AS whole
  FROM held JOIN chosen USING (model)
),
medians AS (
  SELECT
    nth,
    count(DISTINCT lease_id) AS leases,
    count(DISTINCT provider) AS providers,
    min(price) FILTER (WHERE up_to * 2 >= whole) / $units_per_token::DOUBLE AS median
  FROM ranked
  GROUP BY nth
)
SELECT
  (SELECT model FROM chosen) AS model,
  coalesce(min(leases) FILTER (WHERE nth = 0), 0)::INTEGER AS leases,
  coalesce(min(providers) FILTER (WHERE nth = 0), 0)::INTEGER AS providers,
  list(median ORDER BY nth DESC) AS median
FROM windows LEFT JOIN medians USING (nth)
HAVING (SELECT model FROM chosen) IS NOT NULL
