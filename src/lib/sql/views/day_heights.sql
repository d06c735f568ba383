-- Internal: the height at which each day begins, as a fraction of a block, from the blocks whose times are known on both sides.
WITH stamps AS (
  SELECT network, time, min(height) AS height
  FROM times
  GROUP BY ALL
),
days AS (
  SELECT network, unnest(generate_series(min(time)::DATE, max(time)::DATE + 1, INTERVAL 1 DAY))::TIMESTAMP AS midnight
  FROM stamps
  GROUP BY network
),
before AS (
  SELECT d.network, d.midnight, s.time, s.height
  FROM days d
  ASOF LEFT JOIN stamps s ON s.network = d.network AND d.midnight >= s.time
),
after AS (
  SELECT d.network, d.midnight, s.time, s.height
  FROM days d
  ASOF LEFT JOIN stamps s ON s.network = d.network AND d.midnight <= s.time
)
SELECT b.network, b.midnight,
  CASE WHEN a.time = b.time THEN b.height
    ELSE b.height + (a.height - b.height) * (epoch_us(b.midnight) - epoch_us(b.time)) / (epoch_us(a.time) - epoch_us(b.time)) END::DOUBLE AS height
FROM before b
JOIN after a USING (network, midnight)
WHERE b.height IS NOT NULL AND a.height IS NOT NULL
