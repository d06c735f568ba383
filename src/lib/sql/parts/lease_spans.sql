-- When each lease was active at one price within $from … $to: from the block that created it (or repriced it) to the block that
-- closed it, to the block at which its escrow ran dry, to the block that repriced it, or to the last block indexed.
-- The closing block is not one of its blocks.
edges AS (
  SELECT min(height) AS first_height, min(time) AS first_at, max(height) AS last_height, max(time) AS last_at FROM blocks
),
window_edges AS (
  SELECT
    greatest($from::TIMESTAMP, first_at) AS from_at,
    least($to::TIMESTAMP, last_at) AS to_at,
    (SELECT min(height) FROM blocks WHERE time >= $from::TIMESTAMP) AS from_height,
    -- The first block after the range bounds it, so that adjacent ranges share no block and miss none.
    coalesce((SELECT min(height) FROM blocks WHERE time >= $to::TIMESTAMP), last_height) AS to_height
  FROM edges
),
periods AS (
  SELECT
    network, lease_id, denom, price_per_block, from_height, from_time,
    lead(from_height) OVER lease AS next_height,
    lead(from_time) OVER lease AS next_time
  FROM lease_prices
  WINDOW lease AS (PARTITION BY network, lease_id ORDER BY from_height NULLS FIRST)
),
whole_spans AS (
  SELECT
    leases.network, leases.lease_id, leases.provider, leases.gpus, periods.denom, periods.price_per_block,
    coalesce(from_height, created_height, first_height) AS start_height,
    coalesce(from_time, created_at, first_at) AS start_at,
    least(coalesce(closed_height, last_height), coalesce(ran_dry_height, last_height), coalesce(next_height, last_height)) AS end_height,
    least(coalesce(closed_at, last_at), coalesce(dry.time, last_at), coalesce(next_time, last_at)) AS end_at,
    closed_height IS NULL AND ran_dry_height IS NULL AND next_height IS NULL AS goes_on
  FROM leases
  CROSS JOIN edges
  LEFT JOIN periods USING (network, lease_id)
  LEFT JOIN blocks AS dry ON dry.network = leases.network AND dry.height = leases.ran_dry_height
),
lease_spans AS (
  SELECT
    whole_spans.*,
    greatest(start_at, from_at) AS from_at,
    least(end_at, to_at) AS to_at,
    epoch_us(least(end_at, to_at)) - epoch_us(greatest(start_at, from_at)) AS active_us,
    greatest(least(end_height, to_height) - greatest(start_height, from_height), 0) AS active_blocks
  FROM whole_spans CROSS JOIN window_edges
  WHERE start_at < to_at AND end_at > from_at
)
