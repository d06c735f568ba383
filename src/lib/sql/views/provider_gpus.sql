-- Internal: what a provider's own statements leave no choice about: it has one size, or one form factor, of a model.
SELECT s.network, s.provider, n.gpu_model,
  CASE WHEN count(DISTINCT n.gpu_memory_gib) = 1 THEN any_value(n.gpu_memory_gib) END AS gpu_memory_gib,
  CASE WHEN count(DISTINCT n.gpu_interface) = 1 THEN any_value(n.gpu_interface) END AS gpu_interface
FROM stated_gpus s
JOIN known_gpus n ON n.name = s.name AND n.told_gib IS NOT DISTINCT FROM s.gib AND n.told_interface IS NOT DISTINCT FROM s.interface
GROUP BY ALL
