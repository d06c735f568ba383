-- Bids. A lost bid has no event of its own: another lease of its order is what tells.
WITH won AS (
  SELECT network, order_id, lease_id AS won_lease, created_height, created_tx, created_event
  FROM lease_keys
  QUALIFY row_number() OVER (PARTITION BY network, order_id ORDER BY created_height, created_tx, created_event) = 1
),
refunds AS (
  SELECT network, lease_id, min(height) AS height
  FROM (
    SELECT network, lease_id, height
    FROM escrow_moves
    WHERE kind = 'bid_refund'
    UNION ALL
    -- The escrow account of its deposit closed when it lost.
    SELECT network, concat_ws('/', owner, dseq, gseq, oseq, provider), settled_height
    FROM facts.state_bids s
    WHERE state = 'lost' AND account_state = 'closed'
      AND NOT EXISTS (FROM covered c WHERE c.network = s.network AND s.settled_height BETWEEN c.from_height AND c.to_height)
  )
  GROUP BY network, lease_id
),
kinds AS (
  SELECT b.network, b.lease_id,
    sum(gpus) FILTER (option_index = 0)::INTEGER AS gpus,
    -- One kind, without alternatives. Lowest and highest take less memory than counts of what is distinct.
    max(option_index) = 0 AND min(model) = max(model)
      AND min(coalesce(memory_gib, -1)) = max(coalesce(memory_gib, -1)) AND min(coalesce(interface, '')) = max(coalesce(interface, ''))
      AND NOT bool_or(model IS NULL OR model LIKE '%*') AS known,
    min(model) AS model, min(memory_gib) AS memory_gib, min(interface) AS interface
  FROM bid_keys b
  JOIN known_gpu_units u
    ON u."of" = 'bid' AND u.network = b.network AND u.owner = b.owner AND u.dseq = b.dseq AND u.gseq = b.gseq AND u.oseq = b.oseq
    AND u.provider = b.provider
  GROUP BY ALL
)
SELECT
  b.network, b.order_id, b.lease_id, b.provider,
  b.created_height, cb.time AS created_at,
  coalesce(b.closed_height, CASE WHEN w.won_lease <> b.lease_id THEN r.height END) AS closed_height,
  b.denom, b.price AS price_per_block, b.deposit, b.deposit_denom,
  coalesce(k.gpus, CASE WHEN b.has_offer THEN 0 END)::INTEGER AS gpus,
  CASE WHEN k.known THEN k.model END AS gpu_model,
  CASE WHEN k.known THEN k.memory_gib END AS gpu_memory_gib,
  CASE WHEN k.known THEN k.interface END AS gpu_interface,
  CASE
    WHEN w.won_lease = b.lease_id THEN 'won'
    WHEN w.won_lease IS NOT NULL AND (
      b.closed_height IS NULL OR (b.closed_height, b.closed_tx, b.closed_event) > (w.created_height, w.created_tx, w.created_event)
    ) THEN 'lost'
    WHEN b.closed_height IS NULL THEN 'open'
    WHEN b.closed_by LIKE '%.MsgCloseBid' THEN 'withdrawn'
    -- The state does not say why a bid closed: its order may still be open, or have gone with its deployment; else it can't be known.
    WHEN b.closed_basis = 'state' AND o.state <> 'closed' THEN 'withdrawn'
    WHEN b.closed_basis = 'state' AND CASE WHEN d.state = 'closed' THEN d.settled_height END IS DISTINCT FROM b.closed_height THEN NULL
    ELSE 'order_closed'
  END AS outcome,
  b.basis, cb.basis AS created_at_basis
FROM bid_keys b
LEFT JOIN times cb ON cb.network = b.network AND cb.height = b.created_height
LEFT JOIN facts.state_orders o
  ON o.network = b.network AND o.owner = b.owner AND o.dseq = b.dseq AND o.gseq = b.gseq AND o.oseq = b.oseq
LEFT JOIN facts.state_deployments d
  ON d.network = b.network AND d.owner = b.owner AND d.dseq = b.dseq
LEFT JOIN won w ON w.network = b.network AND w.order_id = b.order_id
LEFT JOIN refunds r ON r.network = b.network AND r.lease_id = b.lease_id
LEFT JOIN kinds k ON k.network = b.network AND k.lease_id = b.lease_id
ORDER BY b.created_height, b.created_tx, b.created_event, b.lease_id
