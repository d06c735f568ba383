-- Internal: what each provider asked for a GPU of each kind on each day: the median of its bids with one kind of GPU, in USD per GPU-hour
-- at the pace of blocks and the token price of the day.
WITH edges AS (
  SELECT network, midnight AS time, height FROM day_heights
  UNION
  -- The first and the last day need not be whole.
  SELECT network, min(time), min(height)::DOUBLE FROM times GROUP BY network
  UNION
  SELECT network, max(time), max(height)::DOUBLE FROM times GROUP BY network
),
paces AS (
  SELECT network, time::DATE AS day, (lead(height) OVER w - height) / (epoch_us(lead(time) OVER w) - epoch_us(time)) * 3600e6 AS blocks_per_hour
  FROM edges
  WINDOW w AS (PARTITION BY network ORDER BY time)
  QUALIFY blocks_per_hour IS NOT NULL
),
priced AS (
  SELECT b.network, b.provider, b.created_at::DATE AS day, n.gpu_model,
    coalesce(n.gpu_memory_gib, g.gpu_memory_gib) AS gpu_memory_gib, coalesce(n.gpu_interface, g.gpu_interface) AS gpu_interface,
    b.price_per_block::DOUBLE / d.units_per_token * p.blocks_per_hour / b.gpus
      * coalesce(d.fixed_usd, t.usd) AS usd
  FROM bids b
  JOIN known_gpus n
    ON n.name = b.gpu_model AND n.told_gib IS NOT DISTINCT FROM b.gpu_memory_gib AND n.told_interface IS NOT DISTINCT FROM b.gpu_interface
  LEFT JOIN provider_gpus g ON g.network = b.network AND g.provider = b.provider AND g.gpu_model = n.gpu_model
  JOIN facts.denoms d USING (denom)
  JOIN paces p ON p.network = b.network AND p.day = b.created_at::DATE
  LEFT JOIN token_days t ON t.network = b.network AND t.asset = d.asset AND t.day = b.created_at::DATE
  WHERE b.gpus > 0 AND b.price_per_block IS NOT NULL AND b.created_at IS NOT NULL
)
SELECT network, provider, day, gpu_model, gpu_memory_gib, gpu_interface, count(*)::INTEGER AS bids, median(usd) AS usd
FROM priced
WHERE usd IS NOT NULL
GROUP BY ALL
