-- Internal: up to which height what was made had its price changed by a migration (`until`), and from which on not (`since`). Where the
-- migration itself is not indexed, the state bounds it: a lease or deployment in the old denom ended or began before it, and a
-- deployment that began in the new denom began after it. In between it can't be told.
WITH old AS (
  SELECT network, denom AS from_denom, max(greatest(d.created_height, l.closed_height)) AS until
  FROM first_denoms f
  JOIN facts.state_deployments d USING (network, owner, dseq)
  LEFT JOIN facts.state_leases l USING (network, owner, dseq, denom)
  GROUP BY ALL
),
new AS (
  SELECT network, denom AS to_denom, min(d.created_height) AS since
  FROM first_denoms f
  JOIN facts.state_deployments d USING (network, owner, dseq)
  GROUP BY ALL
),
changes AS (
  SELECT DISTINCT network, f.denom AS from_denom, l.denom AS to_denom
  FROM facts.state_leases l
  JOIN first_denoms f USING (network, owner, dseq)
  WHERE l.denom <> f.denom
)
SELECT c.network, c.from_denom, c.to_denom,
  coalesce(CASE WHEN m.before_txs THEN m.height - 1 ELSE m.height END, o.until) AS until,
  coalesce(CASE WHEN m.before_txs THEN m.height ELSE m.height + 1 END, n.since) AS since
FROM changes c
LEFT JOIN migrations m USING (network, from_denom, to_denom)
LEFT JOIN old o USING (network, from_denom)
LEFT JOIN new n USING (network, to_denom)
