-- Internal: every lease, with the events that began and ended it.
WITH created AS (
  SELECT network, owner, dseq, gseq, oseq, provider, height, tx_index, event_index, denom, price, basis
  FROM known_events
  WHERE kind = 'lease_created'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq, provider ORDER BY height, tx_index, event_index) = 1
),
closed AS (
  SELECT e.*, m.type AS message
  FROM known_events e
  LEFT JOIN facts.messages m USING (network, height, tx_index, msg_index)
  WHERE e.kind = 'lease_closed'
  QUALIFY row_number() OVER (
    PARTITION BY e.network, e.owner, e.dseq, e.gseq, e.oseq, e.provider ORDER BY e.height, e.tx_index, e.event_index
  ) = 1
)
SELECT
  network, owner, dseq, gseq, oseq, provider,
  concat_ws('/', owner, dseq) AS deployment_id,
  concat_ws('/', owner, dseq, gseq, oseq) AS order_id,
  concat_ws('/', owner, dseq, gseq, oseq, provider) AS lease_id,
  c.height AS created_height, c.tx_index AS created_tx, c.event_index AS created_event,
  x.height AS closed_height, x.tx_index AS closed_tx, x.msg_index AS closed_msg, x.message AS closed_by, x.reason,
  coalesce(c.denom, x.denom) AS denom,
  -- The price as an event of the end names it is that of the end.
  CASE WHEN c.basis = 'state' THEN c.price ELSE coalesce(c.price, x.price) END AS price,
  coalesce(c.basis, 'event') AS basis
FROM created c
FULL JOIN closed x USING (network, owner, dseq, gseq, oseq, provider)
