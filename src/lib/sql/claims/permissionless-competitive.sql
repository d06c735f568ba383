-- rows
-- 2025: each kind of GPU in each month beside every cloud that offers the same model, memory and form factor on demand, at its price of the
-- 15th. A day counts by its GPU-hours; marked leases are left out. With it the occupancy of the model, where probes tell it.
WITH days AS (
  SELECT network, gpu_model, gpu_memory_gib, gpu_interface, day, date_trunc('month', day)::DATE AS month, gpu_hours, p50
  FROM price_days
  WHERE day >= DATE '2025-01-01' AND day < DATE '2026-01-01'
  QUALIFY row_number() OVER (PARTITION BY network, gpu_model, gpu_memory_gib, gpu_interface, day ORDER BY scope DESC) = 1
),
ranked AS (
  SELECT *, sum(gpu_hours) OVER (kind ORDER BY p50, day ROWS UNBOUNDED PRECEDING) AS up_to, sum(gpu_hours) OVER kind AS whole
  FROM days
  WHERE p50 IS NOT NULL AND gpu_hours > 0
  WINDOW kind AS (PARTITION BY network, gpu_model, gpu_memory_gib, gpu_interface, month)
),
months AS (
  SELECT network, gpu_model, gpu_memory_gib, gpu_interface, month, min(p50) FILTER (up_to * 2 >= whole) AS akash_usd, sum(gpu_hours) AS gpu_hours,
    min(day) AS first_day, max(day) AS last_day
  FROM ranked
  GROUP BY ALL
),
counts AS (
  SELECT m.network, m.gpu_model, m.gpu_memory_gib, m.gpu_interface, m.month, count(DISTINCT r.lease_id)::INTEGER AS leases
  FROM months m
  JOIN realised_prices r
    ON r.network = m.network AND r.gpu_model = m.gpu_model AND r.gpu_memory_gib = m.gpu_memory_gib AND r.gpu_interface = m.gpu_interface
    AND r.from_time < (m.month + INTERVAL 1 MONTH)::TIMESTAMP AND r.to_time > m.month::TIMESTAMP
  WHERE r.kind = 'gpu' AND r.priced_hours > 0 AND len(r.marks) = 0
  GROUP BY ALL
),
clouds AS (
  SELECT m.network, m.gpu_model, m.gpu_memory_gib, m.gpu_interface, m.month, count(*)::INTEGER AS clouds, string_agg(c.provider, ', ' ORDER BY c.provider) AS names,
    min(c.usd_per_gpu_hour::DOUBLE) AS cheapest_usd, median(c.usd_per_gpu_hour::DOUBLE) AS median_usd
  FROM months m
  JOIN cloud_price_steps c
    ON c.network = m.network AND c.gpu_model = m.gpu_model AND c.gpu_memory_gib = m.gpu_memory_gib AND c.gpu_interface = m.gpu_interface
    AND m.month + 14 >= c.from_day AND m.month + 14 < c.to_day
  WHERE c.purchase_option = 'on_demand' AND c.usd_per_gpu_hour > 0
  GROUP BY ALL
),
supply AS (
  SELECT network, gpu_model, date_trunc('month', day)::DATE AS month, sum(gpus_leased_online) / sum(gpus_allocatable) AS occupancy
  FROM supply_days
  WHERE gpus_allocatable > 0 AND gpus_leased_online IS NOT NULL
  GROUP BY ALL
)
SELECT month, gpu_model, gpu_memory_gib, gpu_interface, akash_usd, clouds, names, cheapest_usd, median_usd, 1 - akash_usd / median_usd AS discount, leases, gpu_hours,
  occupancy, leases >= 5 AND clouds >= 2 AS is_counted, first_day, last_day
FROM months
JOIN counts USING (network, gpu_model, gpu_memory_gib, gpu_interface, month)
JOIN clouds USING (network, gpu_model, gpu_memory_gib, gpu_interface, month)
LEFT JOIN supply USING (network, gpu_model, month)
ORDER BY month, gpu_model, gpu_memory_gib, gpu_interface
-- verdict
SELECT
  CASE WHEN n < 5 THEN 'unknown' WHEN under >= 0.9 * n THEN 'holds' WHEN under <= 0.1 * n THEN 'does_not_hold' ELSE 'in_part' END AS verdict,
  CASE WHEN n >= 5 THEN low END AS low, CASE WHEN n >= 5 THEN high END AS high, '% below the median cloud' AS unit, n, from_day, to_day,
  CASE
    WHEN n < 5 THEN 'There are ' || n || ' model-months of 2025 with five leases or more of a GPU that two clouds or more offer too; five are needed.'
    ELSE 'The median lease cost no more than the median of the clouds that offer the same GPU in ' || under || ' of ' || n
      || ' model-months of 2025, and no more than the cheapest of them in ' || cheapest || '. '
      || CASE
        WHEN known = 0 THEN 'How much of the GPUs was leased is not known for 2025.'
        ELSE 'Less than half of the model’s GPUs was leased in ' || idle || ' of ' || known || ' model-months in which that is known.'
      END
  END AS why
FROM (
  SELECT count(*) FILTER (is_counted)::INTEGER AS n, count(*) FILTER (is_counted AND akash_usd <= median_usd)::INTEGER AS under,
    count(*) FILTER (is_counted AND akash_usd <= cheapest_usd)::INTEGER AS cheapest, count(*) FILTER (is_counted AND occupancy IS NOT NULL)::INTEGER AS known,
    count(*) FILTER (is_counted AND occupancy < 0.5)::INTEGER AS idle,
    100 * quantile_cont(discount, 0.1) FILTER (is_counted) AS low, 100 * quantile_cont(discount, 0.9) FILTER (is_counted) AS high,
    min(first_day) FILTER (is_counted) AS from_day, max(last_day) FILTER (is_counted) AS to_day
  FROM rows
)
