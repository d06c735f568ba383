-- Internal: every bid, with its order and the messages and events that began and ended it.
WITH created AS (
  SELECT network, owner, dseq, gseq, oseq, provider, height, tx_index, event_index, denom, price
  FROM facts.market_events
  WHERE kind = 'bid_created'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq, provider ORDER BY height, tx_index, event_index) = 1
),
closed AS (
  SELECT network, owner, dseq, gseq, oseq, provider, height, tx_index, event_index, denom, price, message
  FROM facts.market_events
  WHERE kind = 'bid_closed'
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq, provider ORDER BY height, tx_index, event_index) = 1
),
offer AS (
  SELECT network, owner, dseq, gseq, oseq, provider, deposit, deposit_denom, has_offer,
    cpu_millicores, memory_bytes, storage_bytes
  FROM facts.bid_offers
  QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq, oseq, provider ORDER BY height, tx_index, event_index) = 1
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
  o.deposit, o.deposit_denom, coalesce(o.has_offer, false) AS has_offer,
  o.cpu_millicores, o.memory_bytes, o.storage_bytes
FROM created c
FULL JOIN closed x USING (network, owner, dseq, gseq, oseq, provider)
LEFT JOIN offer o USING (network, owner, dseq, gseq, oseq, provider)
