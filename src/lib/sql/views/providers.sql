-- Providers as they stand: the last version of each record.
WITH versions AS (
  SELECT *,
    row_number() OVER (PARTITION BY network, provider ORDER BY height DESC, tx_index DESC, event_index DESC) AS nth,
    min(height) FILTER (kind = 'created') OVER (PARTITION BY network, provider) AS created_height
  FROM facts.provider_records
),
auditors AS (
  SELECT network, provider, list(DISTINCT auditor ORDER BY auditor) AS audited_by
  FROM audits
  WHERE removed_height IS NULL
  GROUP BY network, provider
)
SELECT
  v.network, v.provider, v.host_uri, v.organization, v.region, v.email, v.website, v.attributes,
  v.created_height, cb.time AS created_at, v.height AS updated_height, ub.time AS updated_at,
  coalesce(a.audited_by, []) AS audited_by, 'event' AS basis
FROM versions v
LEFT JOIN facts.blocks cb ON cb.network = v.network AND cb.height = v.created_height
LEFT JOIN facts.blocks ub ON ub.network = v.network AND ub.height = v.height
LEFT JOIN auditors a ON a.network = v.network AND a.provider = v.provider
WHERE v.nth = 1 AND v.kind <> 'deleted'
UNION ALL
-- No version of its record is indexed: as the state has it, since when is not known.
SELECT s.network, s.provider, s.host_uri, s.organization, s.region, s.email, s.website, s.attributes,
  NULL, NULL, NULL, NULL, coalesce(a.audited_by, []), 'state'
FROM facts.state_providers s
LEFT JOIN auditors a ON a.network = s.network AND a.provider = s.provider
WHERE NOT EXISTS (FROM facts.provider_records r WHERE r.network = s.network AND r.provider = s.provider)
ORDER BY provider
