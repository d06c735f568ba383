-- Providers and GPUs by the region that providers state, at the end of the range.
WITH latest AS (
  SELECT max(day) AS day FROM provider_days WHERE day < $to::TIMESTAMP
)
SELECT
  region,
  count(*)::INTEGER AS providers,
  count(*) FILTER (WHERE online)::INTEGER AS providers_online,
  coalesce(sum(gpus), 0)::INTEGER AS gpus_registered,
  coalesce(sum(gpus) FILTER (WHERE online), 0)::INTEGER AS gpus_online,
  coalesce(sum(gpus_leased), 0)::DOUBLE AS gpus_leased
FROM provider_days JOIN providers USING (network, provider)
WHERE day = (SELECT day FROM latest) AND registered
GROUP BY region
ORDER BY gpus_registered DESC, providers DESC, region
