-- GPUs leased over time, by model: time-weighted mean of each bucket. A bucket that touches a gap of the index is NULL.
WITH
-- part: lease_spans
grid AS (
  SELECT
    epoch_us(from_at) AS lo,
    epoch_us(to_at) AS hi,
    $bucket_us::BIGINT AS width,
    unnest(generate_series(epoch_us(from_at) // $bucket_us::BIGINT * $bucket_us::BIGINT, epoch_us(to_at) - 1, $bucket_us::BIGINT)) AS bucket
  FROM window_edges
),
holdings AS (
  SELECT
    lease_id,
    coalesce(lease_gpus.gpu_model, 'unknown') AS model,
    lease_gpus.gpus,
    epoch_us(from_at) AS from_us,
    epoch_us(to_at) AS to_us,
    lease_gpus.gpus * active_us AS gpu_us
  FROM lease_spans JOIN lease_gpus USING (network, lease_id)
  WHERE lease_gpus.gpus > 0 AND ($model::VARCHAR IS NULL OR lease_gpus.gpu_model = $model::VARCHAR)
),
ranks AS (
  SELECT model, row_number() OVER (ORDER BY sum(gpu_us) DESC, model) AS rank FROM holdings GROUP BY model
),
shown AS (
  SELECT holdings.*, CASE WHEN rank <= $top::INTEGER THEN model ELSE 'other' END AS series, least(rank, $top::INTEGER + 1) AS place
  FROM holdings JOIN ranks USING (model)
),
steps AS (
  SELECT series, from_us AS at_us, gpus AS change FROM shown
  UNION ALL
  SELECT series, to_us, -gpus FROM shown
),
-- A change within a bucket counts for what is left of it, and in full for every bucket after it.
changes AS (
  SELECT
    series,
    at_us // $bucket_us::BIGINT * $bucket_us::BIGINT AS bucket,
    sum(change) AS net,
    sum(change * (least((at_us // $bucket_us::BIGINT + 1) * $bucket_us::BIGINT, hi) - at_us)) AS gpu_us
  FROM steps, (SELECT max(hi) AS hi FROM grid)
  GROUP BY ALL
),
-- part: gaps
filled AS (
  SELECT
    series,
    bucket,
    least(bucket + width, hi) - greatest(bucket, lo) AS covered_us,
    coalesce(sum(net) OVER (PARTITION BY series ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
    coalesce(gpu_us, 0) AS gpu_us,
    EXISTS (SELECT 1 FROM gaps WHERE gaps.to_us > bucket AND gaps.from_us < bucket + width) AS in_gap
  FROM grid CROSS JOIN (SELECT DISTINCT series FROM shown) LEFT JOIN changes USING (series, bucket)
),
-- Heights whose time is known to more than an hour only.
vague AS (
  SELECT network, height FROM blocks WHERE time_error_s > 3600
),
doubts AS (
  SELECT count(*) AS leases
  FROM leases
  WHERE lease_id IN (SELECT lease_id FROM shown)
    AND ((network, created_height) IN (FROM vague) OR (network, closed_height) IN (FROM vague))
),
totals AS (
  SELECT series, min(place) AS place, count(DISTINCT lease_id) AS leases, sum(gpu_us) AS gpu_us FROM shown GROUP BY series
)
SELECT
  series AS model,
  min(leases)::INTEGER AS leases,
  (SELECT count(DISTINCT lease_id) FROM shown)::INTEGER AS all_leases,
  (SELECT leases FROM doubts)::INTEGER AS doubtful_leases,
  min(totals.gpu_us)::DOUBLE / 3600e6 AS gpu_hours,
  make_timestamp(min(bucket)) AS first_bucket,
  list(CASE WHEN NOT in_gap THEN round((before * covered_us + filled.gpu_us)::DOUBLE / covered_us, 3) END ORDER BY bucket) AS gpus
FROM filled JOIN totals USING (series)
GROUP BY series, place
ORDER BY place
