-- Internal: unbroken ranges of indexed heights.
WITH starts AS (
  SELECT network, from_height, to_height,
    CASE WHEN lag(to_height) OVER (PARTITION BY network ORDER BY from_height) = from_height - 1 THEN 0 ELSE 1 END AS starts
  FROM facts.partitions
  WHERE status = 'done'
),
islands AS (
  SELECT *, sum(starts) OVER (PARTITION BY network ORDER BY from_height) AS island
  FROM starts
)
SELECT network, min(from_height) AS from_height, max(to_height) AS to_height
FROM islands
GROUP BY network, island
