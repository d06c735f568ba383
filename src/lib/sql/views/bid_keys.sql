-- Internal: every bid, with its order and the messages and events that began and ended it.
WITH created AS (
  SELECT *
  FROM known_events
  LEFT JOIN facts.bid_offers USING (network, height, tx_index, event_index)
  WHERE kind = 'bid_created'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq, provider ORDER BY height, tx_index, event_index) = 1
),
closed AS (
  SELECT e.*, m.type AS message
  FROM known_events e
  LEFT JOIN facts.messages m USING (network, height, tx_index, msg_index)
  WHERE e.kind = 'bid_closed'
  QUALIFY row_number() OVER (
    PARTITION BY e.network, e.owner, e.dseq, e.gseq, e.oseq, e.provider ORDER BY e.height, e.tx_index, e.event_index
  ) = 1
),
keys AS (
  SELECT network, owner, dseq, gseq, oseq, provider,
    c.height AS created_height, c.tx_index AS created_tx, c.event_index AS created_event,
    x.height AS closed_height, x.tx_index AS closed_tx, x.event_index AS closed_event, x.message AS closed_by,
    coalesce(c.denom, x.denom) AS denom,
    coalesce(c.price, x.price) AS price,
    c.deposit, c.deposit_denom, c.has_offer, c.cpu_millicores, c.memory_bytes, c.storage_bytes,
    coalesce(c.basis, 'event') AS basis, x.basis AS closed_basis
  FROM created c
  FULL JOIN closed x USING (network, owner, dseq, gseq, oseq, provider)
)
SELECT
  k.network, k.owner, k.dseq, k.gseq, k.oseq, k.provider,
  concat_ws('/', k.owner, k.dseq) AS deployment_id,
  concat_ws('/', k.owner, k.dseq, k.gseq, k.oseq) AS order_id,
  concat_ws('/', k.owner, k.dseq, k.gseq, k.oseq, k.provider) AS lease_id,
  k.created_height, k.created_tx, k.created_event, k.closed_height, k.closed_tx, k.closed_event, k.closed_by, k.denom, k.price,
  k.deposit, k.deposit_denom,
  coalesce(CASE WHEN k.basis = 'state' THEN s.has_offer ELSE k.has_offer END, false) AS has_offer,
  CASE WHEN k.basis = 'state' THEN s.cpu_millicores ELSE k.cpu_millicores END AS cpu_millicores,
  CASE WHEN k.basis = 'state' THEN s.memory_bytes ELSE k.memory_bytes END AS memory_bytes,
  CASE WHEN k.basis = 'state' THEN s.storage_bytes ELSE k.storage_bytes END AS storage_bytes,
  k.basis, k.closed_basis
FROM keys k
LEFT JOIN facts.state_bids s
  ON s.network = k.network AND s.owner = k.owner AND s.dseq = k.dseq AND s.gseq = k.gseq AND s.oseq = k.oseq
  AND s.provider = k.provider
