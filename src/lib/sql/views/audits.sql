-- Signatures on attributes: each lasts until it is taken back or the same auditor signs the same key again.
WITH signed AS (
  SELECT network, provider, auditor, height, tx_index, event_index, unnest(keys) AS key, unnest(values) AS value
  FROM facts.audit_records
  WHERE kind = 'signed'
),
ended AS (
  SELECT network, provider, auditor, height, tx_index, event_index, key
  FROM signed
  UNION ALL
  SELECT network, provider, auditor, height, tx_index, event_index, unnest(keys)
  FROM facts.audit_records
  WHERE kind = 'removed'
  UNION ALL
  -- A removal that names no keys takes all signatures back.
  SELECT network, provider, auditor, height, tx_index, event_index, NULL
  FROM facts.audit_records
  WHERE kind = 'removed' AND len(keys) = 0
)
SELECT s.network, s.provider, s.auditor, s.key, s.value, s.height AS signed_height,
  min(e.height) AS removed_height, 'event' AS basis
FROM signed s
LEFT JOIN ended e
  ON e.network = s.network AND e.provider = s.provider AND e.auditor = s.auditor AND (e.key = s.key OR e.key IS NULL)
  AND (e.height, e.tx_index, e.event_index) > (s.height, s.tx_index, s.event_index)
GROUP BY ALL
UNION ALL
-- Signed before what is indexed: the state tells that it holds, not since when.
SELECT s.network, s.provider, s.auditor, s.key, s.value, NULL, NULL, 'state'
FROM facts.state_audits s
WHERE NOT EXISTS (
  FROM signed e
  WHERE e.network = s.network AND e.provider = s.provider AND e.auditor = s.auditor AND e.key = s.key AND e.height <= s.read_height
)
ORDER BY signed_height, provider, auditor, key
