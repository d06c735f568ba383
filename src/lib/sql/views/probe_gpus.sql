-- Internal: GPUs by model in each successful probe, and how many of them placements of 1, 2, 4 and 8 GPUs could have: those that with the
-- CPU and memory that a lease of this model usually has for each GPU fit one node. CPU or memory that a provider
-- does not tell does not limit; of GPUs of which it does not tell how many are free none counts.
WITH kinds AS (
  SELECT network, lease_id, sum(gpus) AS gpus, CASE WHEN count(*) = 1 THEN any_value(gpu_model) END AS gpu_model
  FROM gpu_kinds
  GROUP BY network, lease_id
),
shapes AS (
  SELECT k.network, k.gpu_model, grouping(k.gpu_model) = 1 AS of_all,
    quantile_disc(coalesce(CASE WHEN o.has_offer THEN o.cpu_millicores END, s.cpu_millicores) / k.gpus, 0.5) AS cpu_millicores,
    quantile_disc(coalesce(CASE WHEN o.has_offer THEN o.memory_bytes END, s.memory_bytes) / k.gpus, 0.5) AS memory_bytes
  FROM kinds k
  JOIN lease_keys l USING (network, lease_id)
  LEFT JOIN bid_keys o ON o.network = l.network AND o.lease_id = l.lease_id
  LEFT JOIN known_specs s ON s.network = l.network AND s.owner = l.owner AND s.dseq = l.dseq AND s.gseq = l.gseq
  WHERE k.gpus > 0
  GROUP BY GROUPING SETS ((k.network, k.gpu_model), (k.network))
),
usual AS (
  SELECT network, gpu_model, cpu_millicores, memory_bytes FROM shapes WHERE gpu_model IS NOT NULL
),
overall AS (
  SELECT network, cpu_millicores, memory_bytes FROM shapes WHERE of_all
),
nodes AS (
  SELECT n.network, n.provider, n.probed_at, n.gpu_model, n.gpus_allocatable, n.gpus_allocated,
    greatest(coalesce(n.gpus_available, n.gpus_allocatable - n.gpus_allocated), 0) AS free,
    coalesce(n.cpu_available, n.cpu_allocatable - n.cpu_allocated) / nullif(coalesce(u.cpu_millicores, o.cpu_millicores), 0) AS by_cpu,
    coalesce(n.memory_available, n.memory_allocatable - n.memory_allocated) / nullif(coalesce(u.memory_bytes, o.memory_bytes), 0) AS by_memory
  FROM facts.probe_nodes n
  LEFT JOIN usual u USING (network, gpu_model)
  LEFT JOIN overall o ON o.network = n.network
  WHERE n.gpus_allocatable > 0
),
fitting AS (
  SELECT *, CASE WHEN free IS NULL THEN 0 ELSE greatest(least(free, coalesce(by_cpu, free), coalesce(by_memory, free)), 0) END AS fit
  FROM nodes
)
SELECT network, provider, probed_at, gpu_model,
  sum(gpus_allocatable)::INTEGER AS gpus, sum(gpus_allocated)::INTEGER AS gpus_allocated, sum(free)::INTEGER AS gpus_free,
  sum(floor(fit))::INTEGER AS leasable_1, sum(floor(fit / 2) * 2)::INTEGER AS leasable_2,
  sum(floor(fit / 4) * 4)::INTEGER AS leasable_4, sum(floor(fit / 8) * 8)::INTEGER AS leasable_8
FROM fitting
GROUP BY ALL
