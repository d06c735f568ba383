-- Ranges of heights and what became of them. Between what is indexed, a snapshot of the state tells what happened up to its height.
WITH told AS (
  SELECT network, to_height, source, read_at
  FROM facts.snapshots
),
edges AS (
  SELECT network, 0 AS from_height, 0 AS to_height FROM told
  UNION ALL
  SELECT network, from_height, to_height FROM covered
),
between AS (
  SELECT e.network, e.to_height + 1 AS from_height,
    least(coalesce(lead(e.from_height) OVER (PARTITION BY e.network ORDER BY e.from_height) - 1, t.to_height), t.to_height) AS to_height,
    t.source, t.read_at
  FROM edges e
  JOIN told t USING (network)
)
SELECT network, from_height, to_height, status, source, indexed_at
FROM facts.partitions
UNION ALL
SELECT network, from_height, to_height, 'state', source, read_at
FROM between
WHERE from_height <= to_height
UNION ALL
SELECT network, greatest(g.from_height, t.to_height + 1), g.to_height, status, g.source, seen_at
FROM facts.gaps g
LEFT JOIN told t USING (network)
WHERE t.to_height IS NULL OR g.to_height > t.to_height
ORDER BY network, from_height
