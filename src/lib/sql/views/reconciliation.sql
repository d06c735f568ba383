-- Figures that the network publishes (Akash: the Console API) beside ours: stocks after the last block of the day, spend over its blocks.
-- Checked against Console's source, github.com/akash-network/console: apps/api stats.service.ts, apps/indexer akashStatsIndexer.ts and
-- usdSpendingTracker.ts. It too takes a lease as active from its block to its close or to the height at which its escrow runs dry, adds
-- up the prices of active leases block by block, and takes USDC as ACT.
WITH causes AS (
  FROM (VALUES
    ('active_leases', 'definitions differ: Console foretells from its own ledger when an escrow runs dry, and counts again only at some messages; we take both from events'),
    ('leased_gpus', 'definitions differ: Console counts the GPUs that the order asks for, we those that the winning bid offers'),
    ('spend_uakt', 'methods differ: Console adds up prices, as floating-point numbers, of the leases that its own ledger holds for active'),
    ('spend_uact', 'methods differ: Console adds up prices, as floating-point numbers, of the leases that its own ledger holds for active'),
    ('spend_uusd', 'prices differ: Console takes AKT at its own price of the day, we at the mean of the chain''s prices of the day')
  ) AS t(metric, cause)
),
reported AS (
  SELECT network, metric, day, value, fetched_at, cause
  FROM reported_days JOIN causes USING (metric)
  QUALIFY row_number() OVER (PARTITION BY network, metric, day ORDER BY fetched_at DESC, source) = 1
),
runs AS (
  SELECT network, min(from_height) AS from_height, max(to_height) AS to_height
  FROM (
    SELECT *, sum(CASE WHEN from_height <= reached + 1 THEN 0 ELSE 1 END) OVER (PARTITION BY network ORDER BY from_height) AS run
    FROM (
      SELECT network, from_height, to_height,
        max(to_height) OVER (PARTITION BY network ORDER BY from_height ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM coverage
      WHERE status = 'done'
    )
  )
  GROUP BY network, run
),
-- A day is whole when its blocks, the one before and the one after are all there.
days AS (
  SELECT b.network, b.day, b.first_height, b.last_height,
    r.from_height > 1 AND NOT EXISTS (FROM coverage c WHERE c.network = b.network AND c.status = 'state') AS late
  FROM (
    SELECT network, time::DATE AS day, min(height) AS first_height, max(height) AS last_height
    FROM blocks
    GROUP BY ALL
  ) b
  JOIN runs r ON r.network = b.network AND r.from_height <= greatest(b.first_height - 1, 1) AND r.to_height > b.last_height
  WHERE (b.network, b.day) IN (SELECT (network, day) FROM reported)
),
periods AS (
  SELECT l.network, l.lease_id, l.gpus, p.denom, p.price_per_block,
    coalesce(p.from_height, l.created_height, 0) AS from_height,
    least(l.closed_height, l.ran_dry_height, lead(p.from_height) OVER (PARTITION BY p.network, p.lease_id ORDER BY p.from_height NULLS FIRST)) AS to_height
  FROM leases l LEFT JOIN lease_prices p USING (network, lease_id)
),
held AS (
  SELECT d.network, d.day, p.gpus, p.denom,
    coalesce(p.to_height > d.last_height, true) AS at_end,
    p.price_per_block * greatest(least(coalesce(p.to_height, d.last_height + 1), d.last_height + 1) - greatest(p.from_height, d.first_height), 0) AS spend
  FROM days d
  JOIN periods p ON p.network = d.network AND p.from_height <= d.last_height AND coalesce(p.to_height, d.last_height + 1) > d.first_height
),
totals AS (
  SELECT d.network, d.day, any_value(d.late) AS late,
    count(*) FILTER (h.at_end)::DECIMAL(38, 18) AS leases,
    coalesce(sum(h.gpus) FILTER (h.at_end), 0)::DECIMAL(38, 18) AS gpus,
    coalesce(sum(h.spend) FILTER (h.denom = 'uakt'), 0)::DECIMAL(38, 18) AS uakt,
    coalesce(sum(h.spend) FILTER (h.denom IN ('uact', 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1')), 0)::DECIMAL(38, 18) AS uact
  FROM days d LEFT JOIN held h USING (network, day)
  GROUP BY d.network, d.day
),
prices AS (
  SELECT network, time::DATE AS day, sum(usd)::DOUBLE / count(*) AS usd
  FROM token_prices
  WHERE asset = 'akt' AND basis = 'chain'
  GROUP BY ALL
),
ours AS (
  SELECT network, day, late, unnest([
    {metric: 'active_leases', value: leases},
    {metric: 'leased_gpus', value: gpus},
    {metric: 'spend_uakt', value: uakt},
    {metric: 'spend_uact', value: uact},
    -- Whole micro-dollars: the mean price is a floating-point number.
    {metric: 'spend_uusd', value: CASE WHEN uakt = 0 THEN uact ELSE uact + round(uakt::DOUBLE * usd)::DECIMAL(38, 18) END}
  ], recursive := true)
  FROM totals LEFT JOIN prices USING (network, day)
)
SELECT r.network, r.day, r.metric, o.value AS ours, r.value AS reported, o.value - r.value AS difference,
  CASE WHEN r.value <> 0 THEN o.value::DOUBLE / r.value::DOUBLE END AS ratio,
  CASE
    WHEN o.metric IS NULL THEN 'not indexed: the lake lacks blocks of this day'
    WHEN o.value IS NULL THEN 'no price: the chain published no AKT price on this day'
    WHEN o.value = r.value THEN NULL
    WHEN r.fetched_at < (r.day + 1)::TIMESTAMP THEN 'provisional: the reported figure was fetched before its day was over'
    WHEN o.late THEN 'earlier blocks are missing: leases opened or closed in them may be unknown'
    WHEN r.value = 0 THEN 'no figure: Console publishes 0 where it has none'
    ELSE r.cause
  END AS cause
FROM reported r LEFT JOIN ours o USING (network, day, metric)
ORDER BY r.network, r.day, r.metric
