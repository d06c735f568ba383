-- Internal: the price in force on each day: the median of what the chain aggregated that day; without it what was fetched, and last the
-- reference history. A price holds until the next one, three days at most; after that there is none.
WITH ranked AS (
  SELECT network, asset, b.time::DATE AS day, p.usd::DOUBLE AS usd, 'chain' AS basis, p.source, 1 AS rank
  FROM facts.oracle_prices p
  JOIN facts.blocks b USING (network, height)
  UNION ALL
  SELECT network, asset, day, usd::DOUBLE, basis, source, 2
  FROM facts.token_prices
  UNION ALL
  SELECT network, asset, day, usd::DOUBLE, basis, source, 3
  FROM facts.reference_token_prices
),
best AS (
  FROM ranked
  QUALIFY rank = min(rank) OVER (PARTITION BY network, asset, day)
),
told AS (
  SELECT network, asset, day, median(usd) AS usd, min(basis) AS basis, min_by(source, (basis, source)) AS source
  FROM best
  GROUP BY network, asset, day
)
SELECT network, asset, unnest(generate_series(day, least(day + 3, lead(day) OVER token - 1), INTERVAL 1 DAY))::DATE AS day, usd, basis, source
FROM told
WINDOW token AS (PARTITION BY network, asset ORDER BY day)
