-- Internal: GPUs leased on chain by provider and model, mean over the part of each day that is indexed.
WITH ends AS (
  SELECT network, min(time) AS first_block, max(time) AS tip
  FROM times
  GROUP BY network
),
spans AS (
  SELECT l.network, l.provider, g.gpu_model, g.gpus,
    coalesce(born.time, e.first_block) AS from_at, least(dead.time, dry.time, e.tip) AS to_at
  FROM lease_keys l
  JOIN gpu_kinds g USING (network, lease_id)
  JOIN ends e ON e.network = l.network
  LEFT JOIN dry_runs d ON d.network = l.network AND d.lease_id = l.lease_id
  LEFT JOIN times born ON born.network = l.network AND born.height = l.created_height
  LEFT JOIN times dead ON dead.network = l.network AND dead.height = l.closed_height
  LEFT JOIN times dry ON dry.network = l.network AND dry.height = d.ran_dry_height
),
bounds AS (
  SELECT network, min(day) AS first_day, max(day) AS last_day
  FROM probe_days
  GROUP BY network
),
days AS (
  SELECT s.*, unnest(generate_series(greatest(from_at::DATE, first_day), least(to_at::DATE, last_day), INTERVAL 1 DAY))::DATE AS day
  FROM spans s
  JOIN bounds USING (network)
  WHERE s.to_at > s.from_at
)
SELECT s.network, s.provider, s.gpu_model, s.day,
  sum(s.gpus * greatest(epoch_us(least(s.to_at, d.chain_to)) - epoch_us(greatest(s.from_at, d.chain_from)), 0))::DOUBLE
    / any_value(epoch_us(d.chain_to) - epoch_us(d.chain_from)) AS gpus_leased
FROM days s
JOIN probe_days d ON d.network = s.network AND d.day = s.day
WHERE d.chain_to > d.chain_from
GROUP BY ALL
