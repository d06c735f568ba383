-- Internal: at each time the one offer of each cloud that stands for it beside leases of a kind of GPU: with the whole host in the price, in
-- the cloud's reference region, of a price list (of a marketplace, which has none, the median), with the fewest GPUs, the cheapest of these.
WITH offers AS (
  SELECT s.* EXCLUDE (is_last, observations, covers, gpu_name)
  FROM list_steps s
  JOIN (SELECT network, provider, bool_or(statistic = 'list') AS has_list FROM list_steps GROUP BY ALL) USING (network, provider)
  LEFT JOIN (VALUES ('aws', 'us-east-1'), ('azure', 'eastus'), ('gcp', 'us-central1'), ('runpod', 'secure')) AS home(provider, region)
    ON home.provider = s.provider
  WHERE s.covers = 'instance' AND s.statistic = CASE WHEN has_list THEN 'list' ELSE 'median' END AND (home.region IS NULL OR s.region = home.region)
),
-- Between two edges nothing changes.
edges AS (
  SELECT network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, from_day AS edge FROM offers
  UNION
  SELECT network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, to_day FROM offers
),
spans AS (
  SELECT *, lead(edge) OVER (PARTITION BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option ORDER BY edge) AS next_edge
  FROM edges
),
standing AS (
  SELECT o.* EXCLUDE (from_day, to_day), s.edge, s.next_edge
  FROM spans s
  JOIN offers o ON o.network = s.network AND o.provider = s.provider AND o.gpu_model = s.gpu_model AND o.purchase_option = s.purchase_option
    AND o.gpu_memory_gib IS NOT DISTINCT FROM s.gpu_memory_gib AND o.gpu_interface IS NOT DISTINCT FROM s.gpu_interface
    AND o.from_day <= s.edge AND o.to_day >= s.next_edge
  WHERE s.next_edge IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY s.network, s.provider, s.gpu_model, s.gpu_memory_gib, s.gpu_interface, s.purchase_option, s.edge
    ORDER BY o.gpus, o.usd_per_gpu_hour, o.instance_type, o.region
  ) = 1
),
-- Neighbours that are the same offer at the same price are one step.
marked AS (
  SELECT *, (instance_type, region, usd_per_gpu_hour, edge) IS DISTINCT FROM (
    lag(instance_type) OVER cloud, lag(region) OVER cloud, lag(usd_per_gpu_hour) OVER cloud, lag(next_edge) OVER cloud
  ) AS is_new
  FROM standing
  WINDOW cloud AS (PARTITION BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option ORDER BY edge)
),
numbered AS (
  SELECT *, sum(is_new::INTEGER) OVER (
    PARTITION BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option ORDER BY edge ROWS UNBOUNDED PRECEDING
  ) AS step
  FROM marked
)
SELECT network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, min_by(instance_type, edge) AS instance_type,
  min_by(gpus, edge) AS gpus, min_by(vcpus, edge) AS vcpus, min_by(memory_gib, edge) AS memory_gib, min_by(region, edge) AS region,
  min_by(statistic, edge) AS statistic, min_by(usd_per_gpu_hour, edge) AS usd_per_gpu_hour, min(edge) AS from_day, max(next_edge) AS to_day,
  min_by(source, edge) AS source
FROM numbered
GROUP BY network, provider, gpu_model, gpu_memory_gib, gpu_interface, purchase_option, step
