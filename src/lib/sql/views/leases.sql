-- Leases from their events. Up to v0.38 no event names why a lease ended: then the message that closed it tells.
WITH kinds AS (
  SELECT network, lease_id, sum(gpus)::INTEGER AS gpus, count(*) AS kinds,
    any_value(gpu_model) AS gpu_model, any_value(gpu_memory_gib) AS gpu_memory_gib, any_value(gpu_interface) AS gpu_interface,
    CASE WHEN bool_or(basis = 'ambiguous') THEN 'ambiguous' ELSE any_value(basis) END AS basis
  FROM gpu_kinds
  GROUP BY network, lease_id
),
specs AS (
  SELECT network, owner, dseq, gseq, gpus, cpu_millicores, memory_bytes, storage_bytes
  FROM known_specs
),
closings AS (
  SELECT l.network, l.lease_id, regexp_extract(l.closed_by, '[^.]+$') AS msg,
    EXISTS (
      FROM facts.market_events d
      WHERE d.kind = 'deployment_closed' AND d.network = l.network AND d.height = l.closed_height AND d.tx_index = l.closed_tx
        AND d.msg_index IS NOT DISTINCT FROM l.closed_msg AND d.owner = l.owner AND d.dseq = l.dseq
    ) AS with_deployment,
    EXISTS (
      FROM escrow_moves e
      WHERE e.kind = 'refund' AND e.network = l.network AND e.height = l.closed_height AND e.tx_index = l.closed_tx
        AND e.msg_index IS NOT DISTINCT FROM l.closed_msg AND e.deployment_id = l.deployment_id
    ) AS refunded
  FROM lease_keys l
  WHERE l.closed_height IS NOT NULL AND l.reason IS NULL
),
reasons AS (
  SELECT network, lease_id,
    CASE
      WHEN msg = 'MsgCloseDeployment' THEN CASE WHEN refunded THEN 'owner' ELSE 'insufficient_funds' END
      -- Any other message closes the whole deployment only when it finds the escrow empty.
      WHEN with_deployment OR msg = 'MsgWithdrawLease' THEN 'insufficient_funds'
      WHEN msg IN ('MsgCloseLease', 'MsgCloseGroup', 'MsgPauseGroup') THEN 'owner'
      WHEN msg = 'MsgCloseBid' THEN 'unspecified'
    END AS reason
  FROM closings
),
reclaims AS (
  SELECT network, owner, dseq, gseq, oseq, provider, min(height) AS height, min(deadline) AS deadline
  FROM facts.market_events
  WHERE kind = 'lease_reclaim_started'
  GROUP BY ALL
)
SELECT
  l.network, l.lease_id, l.order_id, l.deployment_id, l.owner, l.dseq, l.gseq, l.oseq, l.provider,
  l.created_height, cb.time AS created_at,
  l.closed_height, xb.time AS closed_at,
  coalesce(l.reason, r.reason) AS close_reason,
  CASE WHEN l.reason IS NOT NULL THEN 'event' WHEN r.reason IS NOT NULL THEN 'derived' END AS close_reason_basis,
  d.ran_dry_height,
  l.denom, l.price AS price_per_block,
  coalesce(k.gpus, CASE WHEN o.has_offer OR s.gpus = 0 THEN 0 END)::INTEGER AS gpus,
  CASE WHEN k.kinds = 1 THEN k.gpu_model END AS gpu_model,
  CASE WHEN k.kinds = 1 THEN k.gpu_memory_gib END AS gpu_memory_gib,
  CASE WHEN k.kinds = 1 THEN k.gpu_interface END AS gpu_interface,
  k.basis AS gpu_basis,
  coalesce(CASE WHEN o.has_offer THEN o.cpu_millicores END, s.cpu_millicores) AS cpu_millicores,
  coalesce(CASE WHEN o.has_offer THEN o.memory_bytes END, s.memory_bytes) AS memory_bytes,
  coalesce(CASE WHEN o.has_offer THEN o.storage_bytes END, s.storage_bytes) AS storage_bytes,
  c.height AS reclaim_started_height, c.deadline AS reclaim_deadline,
  l.basis, cb.basis AS created_at_basis, xb.basis AS closed_at_basis
FROM lease_keys l
LEFT JOIN times cb ON cb.network = l.network AND cb.height = l.created_height
LEFT JOIN times xb ON xb.network = l.network AND xb.height = l.closed_height
LEFT JOIN dry_runs d ON d.network = l.network AND d.lease_id = l.lease_id
LEFT JOIN reasons r ON r.network = l.network AND r.lease_id = l.lease_id
LEFT JOIN kinds k ON k.network = l.network AND k.lease_id = l.lease_id
LEFT JOIN bid_keys o ON o.network = l.network AND o.lease_id = l.lease_id
LEFT JOIN specs s ON s.network = l.network AND s.owner = l.owner AND s.dseq = l.dseq AND s.gseq = l.gseq
LEFT JOIN reclaims c
  ON c.network = l.network AND c.owner = l.owner AND c.dseq = l.dseq AND c.gseq = l.gseq AND c.oseq = l.oseq AND c.provider = l.provider
ORDER BY l.created_height, l.created_tx, l.created_event, l.lease_id
