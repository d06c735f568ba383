-- rows
-- Each kind of GPU in each month beside AWS on demand. A day counts by its GPU-hours; marked leases (price bots, self-dealt, funded by the
-- provider) are left out. Model, memory and form factor are the same on both sides.
WITH days AS (
  SELECT network, gpu_model, gpu_memory_gib, gpu_interface, day, gpu_hours, p50
  FROM price_days
  QUALIFY row_number() OVER (PARTITION BY network, gpu_model, gpu_memory_gib, gpu_interface, day ORDER BY scope DESC) = 1
),
priced AS (
  SELECT d.*, date_trunc('month', d.day)::DATE AS month, c.instance_type, c.usd_per_gpu_hour::DOUBLE AS aws_usd,
    1 - d.p50 / c.usd_per_gpu_hour::DOUBLE AS discount
  FROM days d
  JOIN cloud_price_steps c
    ON c.network = d.network AND c.gpu_model = d.gpu_model AND c.gpu_memory_gib = d.gpu_memory_gib AND c.gpu_interface = d.gpu_interface
    AND d.day >= c.from_day AND d.day < c.to_day
  WHERE c.provider = 'aws' AND c.purchase_option = 'on_demand' AND c.usd_per_gpu_hour > 0 AND d.p50 IS NOT NULL AND d.gpu_hours > 0
),
ranked AS (
  SELECT *, sum(gpu_hours) OVER (kind ORDER BY p50, day ROWS UNBOUNDED PRECEDING) AS price_up_to,
    sum(gpu_hours) OVER (kind ORDER BY discount, day ROWS UNBOUNDED PRECEDING) AS discount_up_to, sum(gpu_hours) OVER kind AS whole
  FROM priced
  WINDOW kind AS (PARTITION BY network, gpu_model, gpu_memory_gib, gpu_interface, month)
),
months AS (
  SELECT network, gpu_model, gpu_memory_gib, gpu_interface, month, arg_max(instance_type, day) AS instance_type, arg_max(aws_usd, day) AS aws_usd,
    min(p50) FILTER (price_up_to * 2 >= whole) AS akash_usd, min(discount) FILTER (discount_up_to * 2 >= whole) AS discount,
    sum(gpu_hours) AS gpu_hours, min(day) AS first_day, max(day) AS last_day
  FROM ranked
  GROUP BY ALL
),
counts AS (
  SELECT m.network, m.gpu_model, m.gpu_memory_gib, m.gpu_interface, m.month, count(DISTINCT r.lease_id)::INTEGER AS leases,
    count(DISTINCT r.provider)::INTEGER AS providers
  FROM months m
  JOIN realised_prices r
    ON r.network = m.network AND r.gpu_model = m.gpu_model AND r.gpu_memory_gib = m.gpu_memory_gib AND r.gpu_interface = m.gpu_interface
    AND r.from_time < (m.month + INTERVAL 1 MONTH)::TIMESTAMP AND r.to_time > m.month::TIMESTAMP
  WHERE r.kind = 'gpu' AND r.priced_hours > 0 AND len(r.marks) = 0
  GROUP BY ALL
)
SELECT month, gpu_model, gpu_memory_gib, gpu_interface, instance_type, aws_usd, akash_usd, discount, leases, providers, gpu_hours,
  leases >= 5 AS is_counted, leases >= 5 AND discount BETWEEN 0.6 AND 0.8 AS is_inside, first_day, last_day
FROM months
JOIN counts USING (network, gpu_model, gpu_memory_gib, gpu_interface, month)
ORDER BY month, gpu_model, gpu_memory_gib, gpu_interface
-- verdict
SELECT
  CASE WHEN n < 5 THEN 'unknown' WHEN inside >= 0.9 * n THEN 'holds' WHEN inside <= 0.1 * n THEN 'does_not_hold' ELSE 'in_part' END AS verdict,
  CASE WHEN n >= 5 THEN low END AS low, CASE WHEN n >= 5 THEN high END AS high, '% below AWS' AS unit, n, from_day, to_day,
  CASE
    WHEN n < 5 THEN 'There are ' || n || ' model-months with five leases or more of a GPU that AWS offers too; five are needed.'
    ELSE 'The median lease was 60 to 80 % below AWS on demand in ' || inside || ' of ' || n || ' model-months (weighted by GPU-hours: '
      || round(100 * inside_hours / hours)::INTEGER || ' %), less far below or dearer in ' || under || ', further below in ' || over || '.'
  END AS why
FROM (
  SELECT count(*) FILTER (is_counted)::INTEGER AS n, count(*) FILTER (is_inside)::INTEGER AS inside,
    count(*) FILTER (is_counted AND discount < 0.6)::INTEGER AS under, count(*) FILTER (is_counted AND discount > 0.8)::INTEGER AS over,
    coalesce(sum(gpu_hours) FILTER (is_inside), 0) AS inside_hours, sum(gpu_hours) FILTER (is_counted) AS hours,
    100 * quantile_cont(discount, 0.1) FILTER (is_counted) AS low, 100 * quantile_cont(discount, 0.9) FILTER (is_counted) AS high,
    min(first_day) FILTER (is_counted) AS from_day, max(last_day) FILTER (is_counted) AS to_day
  FROM rows
)
