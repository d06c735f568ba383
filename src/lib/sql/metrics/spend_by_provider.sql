-- Tenant spend by provider as accrued: price per block × blocks active within the range, in one denom.
WITH
-- part: lease_spans
accrued AS (
  SELECT *, price_per_block * active_blocks AS spend
  FROM lease_spans
  WHERE denom = $denom::VARCHAR AND price_per_block IS NOT NULL
    AND ($model::VARCHAR IS NULL OR EXISTS (
      SELECT 1 FROM lease_gpus
      WHERE lease_gpus.network = lease_spans.network AND lease_gpus.lease_id = lease_spans.lease_id AND lease_gpus.gpu_model = $model::VARCHAR
    ))
)
SELECT
  accrued.provider,
  providers.organization,
  count(DISTINCT lease_id)::INTEGER AS leases,
  sum(coalesce(accrued.gpus, 0) * active_us)::DOUBLE / 3600e6 AS gpu_hours,
  sum(spend)::DOUBLE / $units_per_token::DOUBLE AS spend
FROM accrued LEFT JOIN providers USING (network, provider)
GROUP BY accrued.provider, providers.organization
ORDER BY sum(spend) DESC, accrued.provider
