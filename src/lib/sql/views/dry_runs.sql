-- Internal: the height by which a deployment's escrow was used up, for each lease that ran then. The chain notices only at the next
-- settlement, so no event tells. Funds and rates are counted in the denom of the first deposit: the ACT migration multiplied both by
-- the same rate, so a later amount is brought back by it.
-- Read twice, and costly to plan.
WITH deposits AS MATERIALIZED (
  SELECT network, deployment_id, height, tx_index, event_index, coin_index, denom, amount
  FROM escrow_moves m
  WHERE kind = 'deposit'
    -- What went in before is not known of a deployment that the state alone remembers the beginning of.
    AND NOT EXISTS (
      FROM known_events e
      WHERE e.kind = 'deployment_created' AND e.basis = 'state' AND e.network = m.network
        AND concat_ws('/', e.owner, e.dseq) = m.deployment_id
    )
),
homes AS (
  SELECT network, deployment_id, denom AS home
  FROM deposits
  QUALIFY row_number() OVER (PARTITION BY network, deployment_id ORDER BY height, tx_index, event_index, coin_index) = 1
),
rates AS (
  SELECT network, from_denom, to_denom, max((floor(rate)::HUGEINT * 1000000000000000000 + ((rate - floor(rate)) * 1000000000000000000)::HUGEINT)) AS rate
  FROM migrations
  GROUP BY ALL
),
-- A deposit that finds the escrow empty comes too late: it is in the message that closes the deployment.
closings AS (
  SELECT network, owner, dseq, height, tx_index, min(event_index) AS event_index
  FROM facts.market_events
  WHERE kind = 'deployment_closed'
  GROUP BY ALL
),
funds AS (
  SELECT d.network, d.deployment_id,
    sum(CASE
      WHEN d.denom = h.home THEN d.amount::HUGEINT * 1000000000000000000
      WHEN r.rate > 0 THEN (d.amount::HUGEINT * 1000000000000000000000000000 // r.rate) * 1000000000
    END) AS atto
  FROM deposits d
  JOIN homes h USING (network, deployment_id)
  LEFT JOIN rates r ON r.network = d.network AND r.from_denom = h.home AND r.to_denom = d.denom
  LEFT JOIN closings c ON c.network = d.network AND concat_ws('/', c.owner, c.dseq) = d.deployment_id
  WHERE (c.height IS NULL OR (d.height, d.tx_index) < (c.height, c.tx_index))
  GROUP BY d.network, d.deployment_id
),
leased AS (
  SELECT l.network, l.deployment_id, l.lease_id, l.created_height, l.closed_height,
    CASE
      WHEN l.denom = h.home THEN (floor(l.price)::HUGEINT * 1000000000000000000 + ((l.price - floor(l.price)) * 1000000000000000000)::HUGEINT)
      WHEN r.rate > 0 THEN ((floor(l.price)::HUGEINT * 1000000000000000000 + ((l.price - floor(l.price)) * 1000000000000000000)::HUGEINT) // 1000000000 * 1000000000000000000 // r.rate) * 1000000000
    END AS atto
  FROM lease_keys l
  JOIN homes h USING (network, deployment_id)
  LEFT JOIN rates r ON r.network = l.network AND r.from_denom = h.home AND r.to_denom = l.denom
  WHERE l.created_height IS NOT NULL
),
turns AS (
  SELECT network, deployment_id, height, sum(change) AS change
  FROM (
    SELECT network, deployment_id, created_height AS height, atto AS change FROM leased
    UNION ALL
    SELECT network, deployment_id, closed_height, -atto FROM leased WHERE closed_height IS NOT NULL
  )
  GROUP BY network, deployment_id, height
),
tips AS (
  SELECT network, max(height) AS tip
  FROM facts.blocks
  GROUP BY network
),
stretches AS (
  SELECT network, deployment_id, height,
    coalesce(lead(height) OVER (PARTITION BY network, deployment_id ORDER BY height), tip) AS until,
    sum(change) OVER (PARTITION BY network, deployment_id ORDER BY height) AS rate
  FROM turns
  JOIN tips USING (network)
),
spent AS (
  SELECT *, coalesce(sum(rate * (until - height)) OVER (
    PARTITION BY network, deployment_id ORDER BY height ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0) AS before
  FROM stretches
),
dry AS (
  SELECT s.network, s.deployment_id, min(s.height + (f.atto - s.before + s.rate - 1) // s.rate) AS height
  FROM spent s
  JOIN funds f USING (network, deployment_id)
  WHERE s.rate > 0 AND s.before <= f.atto AND s.before + s.rate * (s.until - s.height) > f.atto
  GROUP BY s.network, s.deployment_id
)
SELECT l.network, l.lease_id, d.height::BIGINT AS ran_dry_height
FROM leased l
JOIN dry d USING (network, deployment_id)
WHERE l.created_height < d.height AND coalesce(l.closed_height >= d.height, true)
UNION ALL
-- Where the deposits are not all indexed, the state tells of a lease that closed for want of funds: its books say what was paid, and the rest
-- of its blocks was not.
SELECT network, concat_ws('/', owner, dseq, gseq, oseq, provider),
  (created_height + (paid + rate - 1) // rate)::BIGINT
FROM (
  SELECT s.*, withdrawn::HUGEINT * 1000000000000000000 + floor(balance)::HUGEINT * 1000000000000000000
      + ((balance - floor(balance)) * 1000000000000000000)::HUGEINT AS paid,
    floor(price)::HUGEINT * 1000000000000000000 + ((price - floor(price)) * 1000000000000000000)::HUGEINT AS rate
  FROM recalled_leases s
  JOIN facts.state_deployments d USING (network, owner, dseq)
  WHERE NOT EXISTS (FROM covered c WHERE c.network = d.network AND d.created_height BETWEEN c.from_height AND c.to_height)
    AND s.payment_state = 'overdrawn' AND NOT repriced AND payment_denom = denom AND price > 0 AND closed_height IS NOT NULL
)
WHERE (paid + rate - 1) // rate < closed_height - created_height
