-- Internal: the denom in which a deployment's escrow first was, from the state: a migration adds its own behind it.
SELECT network, owner, dseq, denom
FROM facts.state_funds
WHERE "of" = 'deployment' AND kind = 'transferred'
QUALIFY row_number() OVER (PARTITION BY network, owner, dseq ORDER BY position) = 1
