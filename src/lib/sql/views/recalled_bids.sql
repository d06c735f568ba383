-- Internal: bids of the state, and whether an upgrade changed their price after they were made: then the price as created is not known.
-- NULL where even that can't be told.
SELECT s.*, f.denom AS first_denom,
  CASE
    WHEN f.denom IS NULL OR s.denom = f.denom OR s.created_height >= b.since THEN false
    WHEN s.created_height <= b.until THEN true
  END AS repriced
FROM facts.state_bids s
LEFT JOIN first_denoms f USING (network, owner, dseq)
LEFT JOIN migration_bounds b ON b.network = s.network AND b.from_denom = f.denom AND b.to_denom = s.denom
