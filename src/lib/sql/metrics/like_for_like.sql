-- Offers of clouds with the GPU model of a job or a lease, at $to, each with what sets it apart. A reason not to compare at all: another memory
-- or form factor, a commitment or a price that can end a job, a price for the GPU alone, a figure over offers that names no one offer,
-- no observation for half a year. A difference to know of: more GPUs than wanted, a vCPU or memory figure per GPU beyond a factor of two,
-- a region that is not the cloud's first.
WITH job AS (
  SELECT $model::VARCHAR AS model, $memory_gib::DOUBLE AS gib, $interface::VARCHAR AS interface, $gpus::INTEGER AS gpus,
    $vcpus::DOUBLE AS vcpus, $ram_gib::DOUBLE AS ram, $price::DOUBLE AS price, $to::TIMESTAMP::DATE AS day
),
offers AS (
  SELECT s.*, round(s.usd_per_gpu_hour::DOUBLE, 9) AS usd
  FROM list_price_steps s, job
  WHERE s.gpu_model = job.model AND s.from_day <= job.day
  QUALIFY row_number() OVER (
    PARTITION BY provider, instance_type, region, purchase_option, statistic ORDER BY s.from_day DESC
  ) = 1
),
-- When each was seen last at its price.
seen AS (
  SELECT provider, instance_type, region, purchase_option, statistic, usd_per_gpu_hour, max(observed_on) AS seen_on
  FROM list_prices, job
  WHERE gpu_model = job.model AND observed_on <= job.day
  GROUP BY ALL
),
judged AS (
  SELECT o.*, j.price, s.seen_on,
    list_filter([
      CASE WHEN o.gpu_memory_gib IS NULL THEN 'its memory is not told'
        WHEN j.gib IS NULL THEN 'the memory of the leases is not told'
        WHEN abs(o.gpu_memory_gib / j.gib - 1) > 0.07 THEN round(o.gpu_memory_gib)::INTEGER || ' GiB, not ' || round(j.gib)::INTEGER END,
      CASE WHEN o.gpu_interface IS NULL THEN 'its form factor is not told'
        WHEN j.interface IS NULL THEN 'the form factor of the leases is not told'
        WHEN o.gpu_interface <> j.interface THEN replace(upper(o.gpu_interface), 'PCIE', 'PCIe') || ', not ' || replace(upper(j.interface), 'PCIE', 'PCIe') END,
      CASE o.purchase_option WHEN 'spot' THEN 'spot: it can be taken away' WHEN 'reserved_1y' THEN 'needs a commitment of 1 year'
        WHEN 'reserved_3y' THEN 'needs a commitment of 3 years' END,
      CASE WHEN o.covers = 'gpu' THEN 'the price is of the GPU alone' END,
      CASE WHEN o.statistic = 'cheapest' THEN 'cheapest offer of a market' WHEN o.statistic = 'quoted' THEN 'quoted by a comparison site' WHEN o.statistic IN ('p10', 'p90') THEN o.statistic || ' of the offers of a market' END,
      CASE WHEN s.seen_on < j.day - 183 THEN 'no price seen for half a year' END
    ], lambda reason: reason IS NOT NULL) AS obstacles,
    list_filter([
      CASE WHEN o.gpus > j.gpus THEN 'at least ' || o.gpus || ' GPUs' END,
      CASE WHEN o.vcpus / o.gpus > 2 * j.vcpus OR o.vcpus / o.gpus < j.vcpus / 2 THEN format('{:g} vCPUs a GPU, not {:g}', round(o.vcpus / o.gpus, 1), round(j.vcpus, 1)) END,
      CASE WHEN o.memory_gib / o.gpus > 2 * j.ram OR o.memory_gib / o.gpus < j.ram / 2
        THEN round(o.memory_gib / o.gpus)::INTEGER || ' GiB of memory a GPU, not ' || round(j.ram)::INTEGER END,
      CASE WHEN o.region <> h.region THEN 'region ' || o.region || ', not ' || h.region END,
      CASE WHEN o.statistic = 'median' THEN 'median of the offers of a market' END
    ], lambda reason: reason IS NOT NULL) AS differences
  FROM offers o
  CROSS JOIN job j
  JOIN seen s USING (provider, instance_type, region, purchase_option, statistic, usd_per_gpu_hour)
  LEFT JOIN (VALUES ('aws', 'us-east-1'), ('azure', 'eastus'), ('gcp', 'us-central1'), ('runpod', 'secure')) AS h(provider, region) ON h.provider = o.provider
)
SELECT provider, instance_type, gpu_memory_gib AS memory_gib, gpu_interface AS interface, gpus, vcpus, judged.memory_gib AS ram_gib, region, purchase_option,
  statistic, usd AS usd_per_gpu_hour, from_day, seen_on,
  CASE WHEN len(obstacles) > 0 THEN 'no' WHEN len(differences) > 0 THEN 'differs' ELSE 'yes' END AS comparable,
  coalesce(array_to_string(list_concat(obstacles, differences), '; '), '') AS why,
  CASE WHEN len(obstacles) = 0 THEN 1 - price / usd END AS discount, source
FROM judged
ORDER BY CASE comparable WHEN 'yes' THEN 0 WHEN 'differs' THEN 1 ELSE 2 END, provider, purchase_option, gpus, usd, instance_type, region
