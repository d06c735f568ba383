-- rows
-- A100 of 40 and of 80 GB by month: the median lease, each day by its GPU-hours, without marked leases, beside what clouds asked on
-- demand on the 15th. Of leases every form factor counts, as in the claim.
WITH days AS (
  SELECT network, gpu_memory_gib, gpu_interface, day, gpu_hours, p50
  FROM price_days
  WHERE gpu_model = 'nvidia/a100' AND gpu_memory_gib IN (40, 80) AND day >= DATE '2023-08-01'
  QUALIFY row_number() OVER (PARTITION BY network, gpu_memory_gib, gpu_interface, day ORDER BY scope DESC) = 1
),
ranked AS (
  SELECT gpu_memory_gib, day, date_trunc('month', day)::DATE AS month, p50, gpu_hours,
    sum(gpu_hours) OVER (size ORDER BY p50, day, gpu_interface ROWS UNBOUNDED PRECEDING) AS up_to, sum(gpu_hours) OVER size AS whole
  FROM days
  WHERE p50 IS NOT NULL AND gpu_hours > 0
  WINDOW size AS (PARTITION BY gpu_memory_gib, date_trunc('month', day))
),
months AS (
  SELECT gpu_memory_gib, month, min(p50) FILTER (up_to * 2 >= whole) AS akash_usd, sum(gpu_hours) AS gpu_hours, min(day) AS first_day, max(day) AS last_day
  FROM ranked
  GROUP BY ALL
),
counts AS (
  SELECT m.gpu_memory_gib, m.month, count(DISTINCT r.lease_id)::INTEGER AS leases, count(DISTINCT r.provider)::INTEGER AS providers
  FROM months m
  JOIN realised_prices r
    ON r.gpu_memory_gib = m.gpu_memory_gib AND r.from_time < (m.month + INTERVAL 1 MONTH)::TIMESTAMP AND r.to_time > m.month::TIMESTAMP
  WHERE r.kind = 'gpu' AND r.gpu_model = 'nvidia/a100' AND r.priced_hours > 0 AND len(r.marks) = 0
  GROUP BY ALL
),
offers AS (
  SELECT *
  FROM cloud_price_steps
  WHERE gpu_model = 'nvidia/a100' AND gpu_memory_gib IN (40, 80) AND purchase_option = 'on_demand'
),
clouds AS (
  SELECT m.month, o.gpu_memory_gib,
    min(o.usd_per_gpu_hour::DOUBLE) FILTER (o.provider = 'aws') AS aws_usd,
    min(o.usd_per_gpu_hour::DOUBLE) FILTER (o.provider = 'azure') AS azure_usd,
    min(o.usd_per_gpu_hour::DOUBLE) FILTER (o.provider = 'gcp') AS gcp_usd
  FROM (SELECT unnest(generate_series(DATE '2023-08-01', max(to_day) - 1, INTERVAL 1 MONTH))::DATE AS month FROM offers) m
  JOIN offers o ON m.month + 14 >= o.from_day AND m.month + 14 < o.to_day
  WHERE o.provider IN ('aws', 'azure', 'gcp')
  GROUP BY ALL
)
SELECT month, gpu_memory_gib, akash_usd, coalesce(leases, 0) AS leases, coalesce(providers, 0) AS providers, coalesce(gpu_hours, 0) AS gpu_hours,
  aws_usd, azure_usd, gcp_usd, coalesce(leases >= 5, false) AS is_counted, first_day, last_day
FROM months
JOIN counts USING (gpu_memory_gib, month)
FULL JOIN clouds USING (gpu_memory_gib, month)
ORDER BY month, gpu_memory_gib
-- verdict
SELECT
  CASE
    WHEN n < 5 OR aws = 0 THEN 'unknown'
    -- Whatever AWS asks, the claim stands and falls with the lower of its prices.
    WHEN under <= 0.1 * n THEN 'does_not_hold'
    WHEN under >= 0.9 * n AND near >= 0.9 * aws THEN 'holds'
    ELSE 'in_part'
  END AS verdict,
  CASE WHEN n >= 5 THEN low END AS low, CASE WHEN n >= 5 THEN high END AS high, 'USD per GPU-hour' AS unit, n, from_day, to_day,
  CASE
    WHEN n < 5 THEN 'There are ' || n || ' months with five leases or more of an A100 of known size; five are needed.'
    ELSE 'Akash: the median was under $1 in ' || under || ' of ' || n || ' months (40 GB: ' || under_40 || ' of ' || n_40 || ', 80 GB: ' || under_80 || ' of '
      || n_80 || ').'
  END
    || CASE
      WHEN aws = 0 THEN ' No price of AWS is known.'
      ELSE ' AWS: within a tenth of $3.50 in ' || near || ' of ' || aws || ' months of one size; '
        || coalesce('$' || format('{:.2f}', first_40) || ' for 40 GB', 'no price for 40 GB') || ' and '
        || coalesce('$' || format('{:.2f}', first_80) || ' for 80 GB', 'no price for 80 GB') || ' in August 2023.'
    END AS why
FROM (
  SELECT count(*) FILTER (is_counted)::INTEGER AS n, count(*) FILTER (is_counted AND akash_usd < 1)::INTEGER AS under,
    count(*) FILTER (is_counted AND gpu_memory_gib = 40)::INTEGER AS n_40, count(*) FILTER (is_counted AND gpu_memory_gib = 80)::INTEGER AS n_80,
    count(*) FILTER (is_counted AND akash_usd < 1 AND gpu_memory_gib = 40)::INTEGER AS under_40,
    count(*) FILTER (is_counted AND akash_usd < 1 AND gpu_memory_gib = 80)::INTEGER AS under_80,
    count(aws_usd)::INTEGER AS aws, count(*) FILTER (aws_usd BETWEEN 3.15 AND 3.85)::INTEGER AS near,
    max(aws_usd) FILTER (month = DATE '2023-08-01' AND gpu_memory_gib = 40) AS first_40,
    max(aws_usd) FILTER (month = DATE '2023-08-01' AND gpu_memory_gib = 80) AS first_80,
    min(akash_usd) FILTER (is_counted) AS low, max(akash_usd) FILTER (is_counted) AS high,
    min(first_day) FILTER (is_counted) AS from_day, max(last_day) FILTER (is_counted) AS to_day
  FROM rows
)
