-- Internal: the days from the first probe on, up to the last one.
WITH ends AS (
  SELECT p.network, min(probed_at) AS first_at, max(probed_at) AS as_of
  FROM facts.probes p
  GROUP BY p.network
),
tips AS (
  SELECT network, min(time) AS first_block, max(time) AS tip
  FROM times
  GROUP BY network
),
days AS (
  SELECT network, as_of, unnest(generate_series(first_at::DATE, as_of::DATE, INTERVAL 1 DAY))::DATE AS day
  FROM ends
)
SELECT d.network, d.day, d.as_of, d.day::TIMESTAMP AS from_at, least(d.day::TIMESTAMP + INTERVAL 1 DAY, d.as_of) AS to_at,
  -- What of the day lies within the blocks that are indexed.
  greatest(d.day::TIMESTAMP, t.first_block) AS chain_from, least(d.day::TIMESTAMP + INTERVAL 1 DAY, t.tip) AS chain_to
FROM days d
LEFT JOIN tips t USING (network)
