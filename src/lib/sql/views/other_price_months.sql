-- Leases that have no price of one kind of GPU, by month: those without GPUs, and those that mix kinds or leave the model open. Each weighs as
-- many hours as it was active in the month.
WITH priced AS (
  SELECT network, CASE WHEN kind = 'gpu' THEN 'unknown_model' ELSE kind END AS kind, date_trunc('month', day)::DATE AS month, lease_id, provider, day, hours,
    usd / hours AS per_hour, usd / hours / nullif(gpus, 0) AS per_gpu_hour, usd / hours / nullif(vcpus, 0) AS per_vcpu_hour
  FROM lease_usd_days
  WHERE usd IS NOT NULL AND (kind <> 'gpu' OR gpu_model IS NULL)
),
ranked AS (
  SELECT *,
    sum(hours) OVER (PARTITION BY network, kind, month ORDER BY per_hour ROWS UNBOUNDED PRECEDING) AS up_to,
    sum(hours) OVER (PARTITION BY network, kind, month) * (1 - 1e-9) AS whole
  FROM priced
)
SELECT network, month, kind, count(DISTINCT lease_id)::INTEGER AS leases, count(DISTINCT provider)::INTEGER AS providers, sum(hours) AS lease_hours,
  min(per_hour) FILTER (up_to * 4 >= whole) AS p25,
  min(per_hour) FILTER (up_to * 2 >= whole) AS p50,
  min(per_hour) FILTER (up_to * 4 >= whole * 3) AS p75,
  median(per_gpu_hour) AS usd_per_gpu_hour, median(per_vcpu_hour) AS usd_per_vcpu_hour
FROM ranked
GROUP BY ALL
ORDER BY kind, month
