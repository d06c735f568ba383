-- Internal: what happened on the market. Where blocks are indexed, their events tell; elsewhere the state does, as far as it remembers.
-- Rows of the state stand at positions that no event has: before all transactions for beginnings, after them for ends.
WITH recalled AS (
  SELECT network, created_height AS height, -7 AS tx_index, row_index, 'deployment_created' AS kind, owner, dseq,
    NULL::INTEGER AS gseq, NULL::INTEGER AS oseq, NULL::VARCHAR AS provider,
    NULL::VARCHAR AS denom, NULL::DECIMAL(38, 18) AS price, NULL::VARCHAR AS reason
  FROM facts.state_deployments
  UNION ALL
  -- An escrow account is settled for the last time when it closes.
  SELECT network, settled_height, 2000003, row_index, 'deployment_closed', owner, dseq, NULL, NULL, NULL, NULL, NULL, NULL
  FROM facts.state_deployments
  WHERE state = 'closed' AND account_state <> 'open'
  UNION ALL
  SELECT network, created_height, -6, row_index, 'order_created', owner, dseq, gseq, oseq, NULL, NULL, NULL, NULL
  FROM facts.state_orders
  UNION ALL
  -- An order ends with its lease. When one without a lease ended, the state does not tell.
  SELECT o.network, l.closed_height, 2000002, o.row_index, 'order_closed', owner, dseq, gseq, oseq, NULL, NULL, NULL, NULL
  FROM facts.state_orders o
  JOIN facts.state_leases l USING (network, owner, dseq, gseq, oseq)
  WHERE o.state = 'closed' AND l.closed_height IS NOT NULL
  UNION ALL
  SELECT network, created_height, -5, row_index, 'bid_created', owner, dseq, gseq, oseq, provider,
    CASE WHEN repriced THEN first_denom WHEN NOT repriced THEN denom END, CASE WHEN NOT repriced THEN price END, NULL
  FROM recalled_bids
  UNION ALL
  SELECT network, settled_height, 2000001, row_index, 'bid_closed', owner, dseq, gseq, oseq, provider, NULL, NULL, NULL
  FROM facts.state_bids
  WHERE state = 'closed' AND account_state <> 'open'
  UNION ALL
  SELECT network, created_height, -4, row_index, 'lease_created', owner, dseq, gseq, oseq, provider,
    CASE WHEN repriced THEN first_denom WHEN NOT repriced THEN denom END, CASE WHEN NOT repriced THEN price END, NULL
  FROM recalled_leases
  UNION ALL
  SELECT network, closed_height, 2000000, row_index, 'lease_closed', owner, dseq, gseq, oseq, provider, NULL, NULL, reason
  FROM facts.state_leases
  WHERE closed_height IS NOT NULL
)
SELECT network, height, tx_index, event_index, msg_index, kind, owner, dseq, gseq, oseq, provider, denom, price, reason, deadline, 'event' AS basis
FROM facts.market_events
UNION ALL
SELECT r.network, r.height, r.tx_index, r.row_index::INTEGER, NULL, r.kind, r.owner, r.dseq, r.gseq, r.oseq, r.provider, r.denom, r.price,
  r.reason, NULL, 'state'
FROM recalled r
WHERE NOT EXISTS (FROM covered c WHERE c.network = r.network AND r.height BETWEEN c.from_height AND c.to_height)
