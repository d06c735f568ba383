-- Internal: what is known of providers over time. A probe tells of the time up to the next one, for 25 hours at most: the dead are asked
-- once a day. Between a probe that succeeded and one that failed each has half. The last one tells of the time up to the last probe of all.
WITH asked AS (
  SELECT network, provider, probed_at, ok, lead(probed_at) OVER same AS next_at, lead(ok) OVER same AS next_ok
  FROM facts.probes
  WINDOW same AS (PARTITION BY network, provider ORDER BY probed_at)
),
ends AS (
  SELECT a.*, next_at <= probed_at + INTERVAL 25 HOUR AS linked,
    least(coalesce(next_at, (SELECT max(probed_at) FROM facts.probes p WHERE p.network = a.network)), probed_at + INTERVAL 25 HOUR) AS to_at
  FROM asked a
),
halves AS (
  SELECT *, CASE WHEN linked AND ok <> next_ok THEN probed_at + (to_at - probed_at) / 2 ELSE to_at END AS turn
  FROM ends
)
SELECT network, provider, probed_at AS from_at, turn AS to_at, ok AS online, CASE WHEN ok THEN probed_at END AS seen_at
FROM halves
WHERE turn > probed_at
UNION ALL
SELECT network, provider, turn, to_at, next_ok, CASE WHEN next_ok THEN next_at END
FROM halves
WHERE turn < to_at
