-- Internal: what each lease cost on each day in USD, at each of its prices (`since` tells which): price per block × blocks of the day for
-- which it was active, at the token price in force. Blocks are counted, not assumed from a block time.
WITH pieces AS (
  SELECT *, unnest(generate_series(start_at::DATE, (end_at - INTERVAL 1 MICROSECOND)::DATE, INTERVAL 1 DAY))::DATE AS day
  FROM lease_spans
  WHERE end_at > start_at AND end_height > start_height
),
cut AS (
  SELECT p.* EXCLUDE (start_height, end_height, end_at),
    CASE WHEN p.start_at >= p.day::TIMESTAMP THEN p.start_height ELSE morning.height END AS first,
    CASE WHEN p.end_at <= (p.day + 1)::TIMESTAMP THEN p.end_height ELSE night.height END AS until,
    (epoch_us(least(p.end_at, (p.day + 1)::TIMESTAMP)) - epoch_us(greatest(p.start_at, p.day::TIMESTAMP))) / 3600e6 AS hours
  FROM pieces p
  LEFT JOIN day_heights morning ON morning.network = p.network AND morning.midnight = p.day::TIMESTAMP
  LEFT JOIN day_heights night ON night.network = p.network AND night.midnight = (p.day + 1)::TIMESTAMP
),
priced AS (
  SELECT c.*, d.units_per_token, coalesce(d.fixed_usd, t.usd) AS token_usd,
    CASE WHEN d.fixed_usd IS NOT NULL THEN 'fixed' ELSE t.basis END AS token_basis
  FROM cut c
  LEFT JOIN facts.denoms d USING (denom)
  LEFT JOIN token_days t ON t.network = c.network AND t.asset = d.asset AND t.day = c.day
)
SELECT network, lease_id, provider, owner, kind, gpu_model, gpu_memory_gib, gpu_interface, gpus, vcpus, memory_gib, storage_gib, marks, day, hours,
  start_at AS since, denom, token_usd, token_basis,
  price_per_block * (until - first) / units_per_token AS tokens,
  price_per_block * (until - first) / units_per_token * token_usd AS usd
FROM priced
WHERE hours > 0 AND until > first
