-- Internal: GPU attributes that groups ask for and bids offer, by what they belong to.
SELECT u.network, CASE WHEN e.kind = 'bid_created' THEN 'bid' ELSE 'group' END AS "of", e.owner, e.dseq, e.gseq,
  CASE WHEN e.kind = 'bid_created' THEN e.oseq ELSE 0 END AS oseq, coalesce(e.provider, '') AS provider,
  u.unit_index, u.option_index, u.gpus, u.model, u.memory_gib, u.interface
FROM facts.gpu_units u
JOIN facts.market_events e USING (network, height, tx_index, event_index)
UNION ALL
SELECT u.network, u."of", u.owner, u.dseq, u.gseq, u.oseq, u.provider, u.unit_index, u.option_index, u.gpus, u.model, u.memory_gib, u.interface
FROM facts.state_gpu_units u
LEFT JOIN facts.state_bids b USING (network, owner, dseq, gseq, oseq, provider)
LEFT JOIN facts.state_groups g ON g.network = u.network AND g.owner = u.owner AND g.dseq = u.dseq AND g.gseq = u.gseq
WHERE NOT EXISTS (
  FROM covered c
  WHERE c.network = u.network
    AND CASE WHEN u."of" = 'bid' THEN b.created_height ELSE g.created_height END BETWEEN c.from_height AND c.to_height
)
