-- Deployments, with the money that went into and came back from their escrow.
WITH created AS (
  SELECT network, owner, dseq, height, tx_index, event_index, msg_index, basis
  FROM known_events
  WHERE kind = 'deployment_created'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq ORDER BY height, tx_index, event_index) = 1
),
closed AS (
  SELECT network, owner, dseq, min(height) AS height
  FROM known_events
  WHERE kind = 'deployment_closed'
  GROUP BY ALL
),
first_deposit AS (
  SELECT network, deployment_id, denom, account
  FROM escrow_moves
  WHERE kind = 'deposit'
  QUALIFY row_number() OVER (PARTITION BY network, deployment_id ORDER BY height, tx_index, event_index, coin_index) = 1
),
money AS (
  SELECT network, deployment_id, denom,
    sum(amount) FILTER (kind = 'deposit') AS deposited,
    sum(amount) FILTER (kind = 'refund') AS refunded
  FROM escrow_moves
  WHERE kind IN ('deposit', 'refund')
  GROUP BY ALL
),
keys AS (
  SELECT network, owner, dseq, concat_ws('/', owner, dseq) AS deployment_id,
    c.height AS created_height, c.tx_index, c.event_index, c.msg_index, x.height AS closed_height,
    coalesce(c.basis, 'event') AS basis
  FROM created c
  FULL JOIN closed x USING (network, owner, dseq)
)
SELECT
  k.network, k.deployment_id, k.owner, k.dseq, k.created_height, cb.time AS created_at, k.closed_height, xb.time AS closed_at,
  CASE WHEN k.basis = 'state' THEN h.denom ELSE f.denom END AS denom,
  -- The state does not tell what went in and came back before.
  CASE WHEN k.basis = 'event' THEN coalesce(m.deposited, CASE WHEN k.created_height IS NOT NULL THEN 0 END) END::DECIMAL(38, 0) AS deposited,
  CASE WHEN k.basis = 'event' THEN coalesce(m.refunded, CASE WHEN k.created_height IS NOT NULL THEN 0 END) END::DECIMAL(38, 0) AS refunded,
  CASE WHEN k.basis = 'state' THEN s.funded_by WHEN k.created_height IS NOT NULL THEN f.account END AS funded_by,
  CASE
    WHEN e.msg_index LIKE '%/%' THEN 'authz'
    WHEN e.fee_granter IS NOT NULL OR e.deposit_source LIKE 'grant%' THEN 'managed'
    WHEN e.msg_index IS NOT NULL THEN 'direct'
  END AS via,
  k.basis, cb.basis AS created_at_basis, xb.basis AS closed_at_basis
FROM keys k
LEFT JOIN times cb ON cb.network = k.network AND cb.height = k.created_height
LEFT JOIN times xb ON xb.network = k.network AND xb.height = k.closed_height
LEFT JOIN first_deposit f ON f.network = k.network AND f.deployment_id = k.deployment_id
LEFT JOIN money m ON m.network = k.network AND m.deployment_id = k.deployment_id AND m.denom = f.denom
LEFT JOIN facts.messages e
  ON e.network = k.network AND e.height = k.created_height AND e.tx_index = k.tx_index AND e.msg_index = k.msg_index
LEFT JOIN facts.state_deployments s ON s.network = k.network AND s.owner = k.owner AND s.dseq = k.dseq
LEFT JOIN first_denoms h ON h.network = k.network AND h.owner = k.owner AND h.dseq = k.dseq
ORDER BY k.created_height, k.tx_index, k.event_index, k.deployment_id
