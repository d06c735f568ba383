-- Internal: the kinds of GPU of each lease. An offer with one concrete option tells it; without an offer the order does, when it
-- leaves no choice; otherwise it can't be known.
WITH of_bid AS (
  SELECT l.network, l.lease_id, u.unit_index, u.gpus, u.model, u.memory_gib, u.interface, 'offer' AS basis
  FROM lease_keys l
  JOIN bid_keys b USING (network, lease_id)
  JOIN known_gpu_units u
    ON u."of" = 'bid' AND u.network = b.network AND u.owner = b.owner AND u.dseq = b.dseq AND u.gseq = b.gseq AND u.oseq = b.oseq
    AND u.provider = b.provider
),
of_order AS (
  SELECT l.network, l.lease_id, u.unit_index, u.gpus, u.model, u.memory_gib, u.interface, 'order' AS basis
  FROM lease_keys l
  ANTI JOIN (SELECT DISTINCT network, lease_id FROM bid_keys WHERE has_offer) o USING (network, lease_id)
  JOIN known_gpu_units u
    ON u."of" = 'group' AND u.network = l.network AND u.owner = l.owner AND u.dseq = l.dseq AND u.gseq = l.gseq
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
