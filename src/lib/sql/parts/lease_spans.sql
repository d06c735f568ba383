-- When each lease was active within $from … $to: from the block that created it to the block that closed it, to the block
-- at which its escrow ran dry, or to the last block indexed. Heights count blocks; the closing block is not one of them.
edges AS (
  SELECT min(height) AS first_height, min(time) AS first_at, max(height) AS last_height, max(time) AS last_at FROM blocks
),
window_edges AS (
  SELECT
    greatest($from::TIMESTAMP, first_at) AS from_at,
    least($to::TIMESTAMP, last_at) AS to_at,
    (SELECT min(height) FROM blocks WHERE time >= $from::TIMESTAMP) AS from_height,
    (SELECT max(height) FROM blocks WHERE time <= $to::TIMESTAMP) AS to_height
  FROM edges
),
whole_spans AS (
  SELECT
    leases.*,
    coalesce(created_height, first_height) AS start_height,
    coalesce(created_at, first_at) AS start_at,
    least(coalesce(closed_height, last_height), coalesce(ran_dry_height, last_height)) AS end_height,
    least(coalesce(closed_at, last_at), coalesce(dry.time, last_at)) AS end_at
  FROM leases
  CROSS JOIN edges
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
