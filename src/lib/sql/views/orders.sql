-- Orders, with what their group asks for.
WITH created AS (
  SELECT network, owner, dseq, gseq, oseq, height, tx_index, event_index, basis
  FROM known_events
  WHERE kind = 'order_created'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq ORDER BY height, tx_index, event_index) = 1
),
closed AS (
  SELECT network, owner, dseq, gseq, oseq, min(height) AS height
  FROM known_events
  WHERE kind = 'order_closed'
  GROUP BY ALL
),
bids AS (
  SELECT network, order_id, count(created_height)::INTEGER AS bids
  FROM bid_keys
  GROUP BY network, order_id
),
leased AS (
  SELECT DISTINCT network, order_id
  FROM lease_keys
),
keys AS (
  SELECT network, owner, dseq, gseq, oseq, c.height AS created_height, c.tx_index, c.event_index, x.height AS closed_height, coalesce(c.basis, 'event') AS basis,
    concat_ws('/', owner, dseq, gseq, oseq) AS order_id
  FROM created c
  FULL JOIN closed x USING (network, owner, dseq, gseq, oseq)
)
SELECT
  k.network, k.order_id, concat_ws('/', k.owner, k.dseq) AS deployment_id, k.owner, k.dseq, k.gseq, k.oseq,
  k.created_height, cb.time AS created_at, k.closed_height, xb.time AS closed_at,
  s.denom, s.max_price AS max_price_per_block, s.gpus, s.gpu_models, s.cpu_millicores, s.memory_bytes, s.storage_bytes,
  s.persistent_storage_bytes, s.region, s.signed_by,
  coalesce(b.bids, 0)::INTEGER AS bids,
  CASE WHEN l.order_id IS NOT NULL THEN 'leased' WHEN k.closed_height IS NOT NULL OR (k.basis = 'state' AND r.state = 'closed') THEN 'closed' ELSE 'open' END AS outcome,
  k.basis, cb.basis AS created_at_basis, xb.basis AS closed_at_basis
FROM keys k
LEFT JOIN times cb ON cb.network = k.network AND cb.height = k.created_height
LEFT JOIN times xb ON xb.network = k.network AND xb.height = k.closed_height
LEFT JOIN known_specs s ON s.network = k.network AND s.owner = k.owner AND s.dseq = k.dseq AND s.gseq = k.gseq
-- When an order without a lease ended, the state does not tell.
LEFT JOIN facts.state_orders r
  ON r.network = k.network AND r.owner = k.owner AND r.dseq = k.dseq AND r.gseq = k.gseq AND r.oseq = k.oseq
LEFT JOIN bids b ON b.network = k.network AND b.order_id = k.order_id
LEFT JOIN leased l ON l.network = k.network AND l.order_id = k.order_id
ORDER BY k.created_height, k.tx_index, k.event_index, k.order_id
