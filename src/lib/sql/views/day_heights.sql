-- Internal: the height at which each day begins, as a fraction of a block, from the blocks whose times are known on both sides. Of each day
-- only the first and the last block matter: there are millions, and few days.
WITH ends AS (
  SELECT network, time::DATE AS day, min(time) AS first_at, min(height) AS first_height, max(time) AS last_at, max(height) AS last_height
  FROM times
  GROUP BY ALL
),
days AS (
  SELECT network, unnest(generate_series(min(day), max(day), INTERVAL 1 DAY))::DATE AS day
  FROM ends
  GROUP BY network
)
SELECT d.network, d.day::TIMESTAMP AS midnight,
  CASE WHEN a.first_at = d.day THEN a.first_height
    ELSE b.last_height + (a.first_height - b.last_height) * (epoch_us(d.day::TIMESTAMP) - epoch_us(b.last_at)) / (epoch_us(a.first_at) - epoch_us(b.last_at))
  END::DOUBLE AS height
FROM days d
ASOF JOIN ends a ON a.network = d.network AND d.day <= a.day
ASOF LEFT JOIN ends b ON b.network = d.network AND d.day > b.day
WHERE a.first_at = d.day OR b.day IS NOT NULL
