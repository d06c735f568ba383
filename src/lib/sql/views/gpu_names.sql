-- Names of GPUs on chain and at providers, and the models that these are.
SELECT h.network, n.name, n.told_gib, n.told_interface, n.is_known, n.gpu_model, n.gpu_memory_gib, n.gpu_interface, coalesce(l.leases, 0)::INTEGER AS leases
FROM known_gpus n
CROSS JOIN (SELECT DISTINCT network FROM facts.gpu_models) h
LEFT JOIN (
  SELECT network, gpu_model, gpu_memory_gib, gpu_interface, count(DISTINCT lease_id) AS leases
  FROM gpu_kinds
  GROUP BY ALL
) l ON l.network = h.network AND l.gpu_model = n.name AND l.gpu_memory_gib IS NOT DISTINCT FROM n.told_gib
  AND l.gpu_interface IS NOT DISTINCT FROM n.told_interface
ORDER BY n.name, n.told_gib, n.told_interface
