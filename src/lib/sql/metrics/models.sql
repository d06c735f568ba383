-- GPU models ever leased, most GPU-hours first: the choices of the model filter.
WITH
-- part: lease_spans
held AS (
  SELECT lease_gpus.gpu_model AS model, lease_id, lease_gpus.gpus * active_us AS gpu_us, from_at, to_at
  FROM lease_spans JOIN lease_gpus USING (network, lease_id)
  WHERE lease_gpus.gpus > 0 AND lease_gpus.gpu_model IS NOT NULL
)
SELECT
  model,
  count(DISTINCT lease_id)::INTEGER AS leases,
  sum(gpu_us)::DOUBLE / 3600e6 AS gpu_hours,
  min(from_at) AS first_at,
  max(to_at) AS last_at
FROM held
GROUP BY model
ORDER BY sum(gpu_us) DESC, model
