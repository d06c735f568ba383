-- Internal: the kinds of GPU of each lease. An offer with one concrete option tells it; without an offer the order does, when it
-- leaves no choice; otherwise it can't be known.
WITH of_bid AS (
  SELECT l.network, l.lease_id, u.unit_index, u.gpus, u.model, u.memory_gib, u.interface, 'offer' AS basis
  FROM lease_keys l
  JOIN bid_keys b USING (network, lease_id)
  JOIN facts.gpu_units u
    ON u.network = b.network AND u.height = b.created_height AND u.tx_index = b.created_tx AND u.event_index = b.created_event
),
of_order AS (
  SELECT l.network, l.lease_id, u.unit_index, u.gpus, u.model, u.memory_gib, u.interface, 'order' AS basis
  FROM lease_keys l
  ANTI JOIN (SELECT DISTINCT network, lease_id FROM bid_keys WHERE has_offer) o USING (network, lease_id)
  JOIN facts.market_events e
    ON e.kind = 'order_created' AND e.network = l.network AND e.owner = l.owner AND e.dseq = l.dseq AND e.gseq = l.gseq
  JOIN facts.gpu_units u
    ON u.network = e.network AND u.height = e.height AND u.tx_index = e.tx_index AND u.event_index = e.event_index
),
units AS (
  SELECT network, lease_id, unit_index, any_value(gpus) AS gpus, any_value(basis) AS basis,
    count(*) = 1 AND NOT bool_or(model IS NULL OR model LIKE '%*') AS known,
    min(model) AS model, min(memory_gib) AS memory_gib, min(interface) AS interface
  FROM (FROM of_bid UNION ALL FROM of_order)
  GROUP BY network, lease_id, unit_index
)
SELECT network, lease_id,
  CASE WHEN known THEN model END AS gpu_model,
  CASE WHEN known THEN memory_gib END AS gpu_memory_gib,
  CASE WHEN known THEN interface END AS gpu_interface,
  sum(gpus)::INTEGER AS gpus,
  CASE WHEN known THEN basis ELSE 'ambiguous' END AS basis
FROM units
GROUP BY ALL
