-- Internal: what each group asks for, as it stood when its deployment was made.
SELECT e.owner, e.dseq, e.gseq, s.*, 'event' AS basis
FROM facts.group_specs s
JOIN facts.market_events e USING (network, height, tx_index, event_index)
QUALIFY row_number() OVER (PARTITION BY network, owner, dseq, gseq ORDER BY height, tx_index, event_index) = 1
UNION ALL
SELECT g.owner, g.dseq, g.gseq, g.network, g.created_height, -6, g.row_index::INTEGER,
  coalesce(f.denom, g.denom),
  -- An upgrade changes what an open group accepts.
  CASE WHEN g.denom IS NOT DISTINCT FROM coalesce(f.denom, g.denom) THEN g.max_price END,
  g.gpus, g.gpu_models, g.cpu_millicores, g.memory_bytes, g.storage_bytes, g.persistent_storage_bytes, g.region, g.signed_by, 'state'
FROM facts.state_groups g
LEFT JOIN first_denoms f USING (network, owner, dseq)
WHERE NOT EXISTS (FROM covered c WHERE c.network = g.network AND g.created_height BETWEEN c.from_height AND c.to_height)
