-- Internal: the GPUs that providers have, as they say themselves: in the attributes of their records on chain, and to probes.
WITH stated AS (
  SELECT network, provider, attributes FROM facts.provider_records
  UNION
  SELECT network, provider, attributes FROM facts.state_providers
),
keys AS (
  SELECT DISTINCT network, provider, lower(unnest(from_json(attributes, '[{"key": "VARCHAR"}]')).key) AS key
  FROM stated
  WHERE attributes IS NOT NULL
),
parts AS (
  SELECT network, provider, regexp_extract(key, '^capabilities/gpu/vendor/([^/]+)/model/([^/*]+)(/ram/([^/]+))?(/interface/([^/]+))?$', ['vendor', 'model', 'r', 'ram', 'i', 'interface']) AS part
  FROM keys
  WHERE starts_with(key, 'capabilities/gpu/vendor/')
)
SELECT DISTINCT network, provider, part.vendor || '/' || part.model AS name, try_cast(regexp_extract(part.ram, '^([0-9]+)gi$', 1) AS DOUBLE) AS gib,
  CASE WHEN part.interface LIKE 'sxm%' THEN 'sxm' WHEN part.interface LIKE 'pcie%' THEN 'pcie' ELSE nullif(part.interface, '') END AS interface
FROM parts
WHERE part.model <> ''
UNION
SELECT DISTINCT network, provider, gpu_model, gpu_memory_gib, gpu_interface
FROM facts.probe_nodes
WHERE gpu_model IS NOT NULL
