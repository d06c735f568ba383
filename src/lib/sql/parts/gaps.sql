-- Times between which blocks are missing from the index.
gaps AS (
  SELECT
    (SELECT epoch_us(max(time)) FROM blocks WHERE height < from_height) AS from_us,
    (SELECT epoch_us(min(time)) FROM blocks WHERE height > to_height) AS to_us
  FROM coverage WHERE status IN ('missing', 'pruned')
)
