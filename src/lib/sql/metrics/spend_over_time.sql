-- Tenant spend over time as accrued, in one denom: price per block × blocks active in each bucket. Buckets end at $to and $bucket_us
-- before it, and so on. One that touches a gap of the index is NULL; the mean is over the last seven, NULL unless each is known and whole.
WITH
-- part: lease_spans
-- part: gaps
spread AS (
  SELECT epoch_us(from_at) AS lo, epoch_us(to_at) AS hi, epoch_us($to::TIMESTAMP) AS to_us, $bucket_us::BIGINT AS width, from_height, to_height
  FROM window_edges
),
grid AS (
  SELECT *, unnest(generate_series(to_us - (to_us - lo + width - 1) // width * width, hi - 1, width)) AS bucket
  FROM spread
),
-- The first block of each bucket; where there is none, that of the next.
heads AS (
  SELECT
    grid.*,
    least(greatest(coalesce(stamped.height, to_height), from_height), to_height) AS head
  FROM grid ASOF LEFT JOIN (SELECT height, epoch_us(time) AS at_us FROM blocks) AS stamped ON grid.bucket <= stamped.at_us
),
buckets AS (
  SELECT *, coalesce(lead(head) OVER (ORDER BY bucket), to_height) AS next_head FROM heads
),
accrued AS (
  SELECT
    lease_spans.lease_id,
    price_per_block,
    greatest(start_height, from_height) AS begins,
    least(end_height, to_height) AS ends
  FROM lease_spans CROSS JOIN spread
  WHERE active_blocks > 0 AND denom = $denom::VARCHAR AND price_per_block IS NOT NULL
    AND ($model::VARCHAR IS NULL OR EXISTS (
      SELECT 1 FROM lease_gpus
      WHERE lease_gpus.network = lease_spans.network AND lease_gpus.lease_id = lease_spans.lease_id AND lease_gpus.gpu_model = $model::VARCHAR
    ))
),
steps AS (
  SELECT begins AS height, price_per_block AS change FROM accrued
  UNION ALL
  SELECT ends, -price_per_block FROM accrued
),
-- A change within a bucket counts for the blocks left of it, and for all blocks of every bucket after it.
changes AS (
  SELECT bucket, sum(change) AS net, sum(change * (next_head - steps.height)) AS spend
  FROM steps ASOF JOIN (FROM buckets WHERE next_head > head) AS filled ON steps.height >= filled.head
  GROUP BY bucket
),
spent AS (
  SELECT
    bucket,
    bucket >= lo AND bucket + width <= hi AND NOT in_gap AS is_whole,
    CASE
      WHEN NOT in_gap THEN (coalesce(sum(net) OVER (ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
        * (next_head - head) + coalesce(spend, 0))::DOUBLE / $units_per_token::DOUBLE
    END AS spend
  FROM (
    SELECT *, EXISTS (SELECT 1 FROM gaps WHERE gaps.to_us > bucket AND gaps.from_us < bucket + width) AS in_gap FROM buckets
  ) LEFT JOIN changes USING (bucket)
),
meant AS (
  SELECT bucket, spend, CASE WHEN count(*) OVER week = 7 AND bool_and(is_whole) OVER week THEN avg(spend) OVER week END AS mean
  FROM spent
  WINDOW week AS (ORDER BY bucket ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
)
SELECT
  make_timestamp(min(bucket)) AS first_bucket,
  (SELECT count(DISTINCT lease_id) FROM accrued)::INTEGER AS leases,
  list(spend ORDER BY bucket) AS spend,
  list(mean ORDER BY bucket) AS mean
FROM meant
HAVING count(*) > 0
