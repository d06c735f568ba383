-- Internal: every bid, with its order and the messages and events that began and ended it.
WITH created AS (
  SELECT *
  FROM facts.market_events
  LEFT JOIN facts.bid_offers USING (network, height, tx_index, event_index)
  WHERE kind = 'bid_created'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq, provider ORDER BY height, tx_index, event_index) = 1
),
closed AS (
  SELECT e.*, m.type AS message
  FROM facts.market_events e
  LEFT JOIN facts.messages m USING (network, height, tx_index, msg_index)
  WHERE e.kind = 'bid_closed'
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
  x.height AS closed_height, x.tx_index AS closed_tx, x.event_index AS closed_event, x.message AS closed_by,
  coalesce(c.denom, x.denom) AS denom,
  coalesce(c.price, x.price) AS price,
  c.deposit, c.deposit_denom, coalesce(c.has_offer, false) AS has_offer,
  c.cpu_millicores, c.memory_bytes, c.storage_bytes
FROM created c
FULL JOIN closed x USING (network, owner, dseq, gseq, oseq, provider)
