-- Internal: on each day the one offer of each cloud that stands for it beside leases of a kind of GPU: with the whole host in the price, in
-- the cloud's reference region, of a price list (of a marketplace, which has none, the median), with the fewest GPUs, the cheapest of these.
WITH offers AS (
  SELECT s.*
  FROM list_price_steps s
  JOIN (SELECT network, provider, bool_or(statistic = 'list') AS has_list FROM list_price_steps GROUP BY ALL) USING (network, provider)
  LEFT JOIN (VALUES ('aws', 'us-east-1'), ('azure', 'eastus'), ('gcp', 'us-central1'), ('runpod', 'secure')) AS home(provider, region)
    ON home.provider = s.provider
  WHERE s.covers = 'instance' AND s.statistic = CASE WHEN has_list THEN 'list' ELSE 'median' END AND (home.region IS NULL OR s.region = home.region)
),
days AS (
  SELECT *, unnest(generate_series(from_day, to_day - 1, INTERVAL 1 DAY))::DATE AS day
  FROM offers
)
SELECT * EXCLUDE (from_day, to_day, is_last, observations)
FROM days
QUALIFY row_number() OVER (
  PARTITION BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, day
  ORDER BY gpus, usd_per_gpu_hour, instance_type, region, statistic
) = 1
