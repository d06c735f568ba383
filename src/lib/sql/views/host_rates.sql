-- Internal: what CPU, memory and storage cost on the network itself, by quarter: prices of leases without GPUs, in multiples of the
-- defaults of the provider's bid script (USD a month: 1.60 a vCPU, 0.80 a GiB of memory, 0.02 a GiB of storage; akash-network/helm-charts,
-- price_script_generic.sh), each lease by its hours. Under five leases a quarter takes all that came before the end of it.
WITH rented AS (
  SELECT network, date_trunc('quarter', day)::DATE AS quarter, lease_id, sum(hours) AS hours,
    sum(usd) / sum(hours) / any_value((1.6 * vcpus + 0.8 * memory_gib + 0.02 * storage_gib) / 730.5) AS multiple
  FROM lease_usd_days
  WHERE kind = 'cpu' AND usd IS NOT NULL AND len(marks) = 0 AND vcpus > 0 AND memory_gib IS NOT NULL AND storage_gib IS NOT NULL
  GROUP BY ALL
),
quarters AS (
  SELECT network, unnest(generate_series(min(quarter), max(day), INTERVAL 3 MONTH))::DATE AS quarter
  FROM rented
  JOIN (SELECT network, max(day) AS day FROM lease_usd_days GROUP BY network) USING (network)
  GROUP BY network
),
counts AS (
  SELECT q.network, q.quarter, count(r.lease_id) AS leases
  FROM quarters q
  LEFT JOIN rented r USING (network, quarter)
  GROUP BY ALL
),
taken AS (
  SELECT c.network, c.quarter, r.lease_id, r.multiple, r.hours
  FROM counts c
  JOIN rented r ON r.network = c.network AND CASE WHEN c.leases >= 5 THEN r.quarter = c.quarter ELSE r.quarter <= c.quarter END
),
ranked AS (
  SELECT *,
    sum(hours) OVER (PARTITION BY network, quarter ORDER BY multiple ROWS UNBOUNDED PRECEDING) AS up_to,
    sum(hours) OVER (PARTITION BY network, quarter) * (1 - 1e-9) AS whole
  FROM taken
)
SELECT network, quarter, count(DISTINCT lease_id)::INTEGER AS leases,
  min(multiple) FILTER (up_to * 4 >= whole) AS p25,
  min(multiple) FILTER (up_to * 2 >= whole) AS p50,
  min(multiple) FILTER (up_to * 4 >= whole * 3) AS p75
FROM ranked
GROUP BY network, quarter
HAVING count(DISTINCT lease_id) >= 5
