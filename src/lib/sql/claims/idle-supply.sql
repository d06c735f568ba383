-- rows
-- Occupancy by month and model, and of all models: GPUs leased on chain ÷ GPUs that online providers can lease out, each a mean over the day.
WITH days AS (
  SELECT day, CASE WHEN grouping(gpu_model) = 1 THEN 'all' ELSE coalesce(gpu_model, 'not told') END AS gpu_model, sum(gpus_allocatable) AS gpus, sum(gpus_leased_online) AS leased
  FROM supply_days
  WHERE gpus_allocatable > 0 AND gpus_leased_online IS NOT NULL
  GROUP BY GROUPING SETS ((day, gpu_model), (day))
)
SELECT date_trunc('month', day)::DATE AS month, gpu_model, count(*)::INTEGER AS days, sum(gpus) / count(*) AS gpus, sum(leased) / count(*) AS gpus_leased,
  sum(leased) / sum(gpus) AS occupancy, count(*) FILTER (leased < gpus / 2)::INTEGER AS days_mostly_idle, min(day) AS first_day, max(day) AS last_day
FROM days
GROUP BY month, gpu_model
ORDER BY month, gpu_model <> 'all', gpu_model
-- verdict
SELECT
  CASE WHEN n < 28 THEN 'unknown' WHEN idle >= 0.9 * n THEN 'holds' WHEN idle <= 0.1 * n THEN 'does_not_hold' ELSE 'in_part' END AS verdict,
  CASE WHEN n >= 28 THEN low END AS low, CASE WHEN n >= 28 THEN high END AS high, '% of GPUs leased' AS unit, n, from_day, to_day,
  CASE
    WHEN n = 0 THEN 'No provider has been probed, so what there is to lease is not known.'
    WHEN n < 28 THEN 'Supply is known for ' || n || ' days; 28 are needed.'
    ELSE 'Less than half of the GPUs were leased on ' || idle || ' of ' || n || ' days. Of ' || models || ' models with five GPUs or more, '
      || idle_models || ' were leased to less than half over the whole time.'
  END AS why
FROM (
  SELECT coalesce(sum(days), 0)::INTEGER AS n, coalesce(sum(days_mostly_idle), 0)::INTEGER AS idle, 100 * min(occupancy) AS low, 100 * max(occupancy) AS high,
    min(first_day) AS from_day, max(last_day) AS to_day
  FROM rows
  WHERE gpu_model = 'all'
)
CROSS JOIN (
  SELECT count(*)::INTEGER AS models, count(*) FILTER (leased < gpus / 2)::INTEGER AS idle_models
  FROM (
    SELECT gpu_model, sum(gpus * days) AS gpus, sum(gpus_leased * days) AS leased
    FROM rows
    WHERE gpu_model NOT IN ('all', 'not told')
    GROUP BY gpu_model
    HAVING sum(gpus * days) >= 5 * sum(days)
  )
)
