-- Internal: what each provider asked for a GPU of each kind on each day: the median of its bids with one kind of GPU, in USD per GPU-hour
-- at the pace of blocks and the token price of the day.
WITH paces AS (
  SELECT network, midnight::DATE AS day, (lead(height) OVER w - height) / 24 AS blocks_per_hour
  FROM day_heights
  WINDOW w AS (PARTITION BY network ORDER BY midnight)
),
-- The first and the last day are not whole.
known_paces AS (
  SELECT network, day, coalesce(blocks_per_hour, last_value(blocks_per_hour IGNORE NULLS) OVER before, first_value(blocks_per_hour IGNORE NULLS) OVER after) AS blocks_per_hour
  FROM paces
  WINDOW before AS (PARTITION BY network ORDER BY day ROWS UNBOUNDED PRECEDING), after AS (PARTITION BY network ORDER BY day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
),
priced AS (
  SELECT b.network, b.provider, b.created_at::DATE AS day, n.gpu_model,
    coalesce(n.gpu_memory_gib, g.gpu_memory_gib) AS gpu_memory_gib, coalesce(n.gpu_interface, g.gpu_interface) AS gpu_interface,
    b.price_per_block::DOUBLE / d.units_per_token * p.blocks_per_hour / b.gpus
      * coalesce(d.fixed_usd, CASE WHEN b.created_at::DATE - t.day <= 3 THEN t.usd END) AS usd
  FROM bids b
  JOIN known_gpus n
    ON n.name = b.gpu_model AND n.told_gib IS NOT DISTINCT FROM b.gpu_memory_gib AND n.told_interface IS NOT DISTINCT FROM b.gpu_interface
  LEFT JOIN provider_gpus g ON g.network = b.network AND g.provider = b.provider AND g.gpu_model = n.gpu_model
  JOIN facts.denoms d USING (denom)
  ASOF LEFT JOIN known_paces p ON p.network = b.network AND b.created_at >= p.day::TIMESTAMP
  ASOF LEFT JOIN token_days t ON t.network = b.network AND t.asset = d.asset AND b.created_at >= t.day::TIMESTAMP
  WHERE b.gpus > 0 AND b.price_per_block IS NOT NULL AND b.created_at IS NOT NULL
)
SELECT network, provider, day, gpu_model, gpu_memory_gib, gpu_interface, count(*)::INTEGER AS bids, median(usd) AS usd
FROM priced
WHERE usd IS NOT NULL
GROUP BY ALL
