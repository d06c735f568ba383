-- Kinds of GPU of each lease that has any.
SELECT network, lease_id, gpu_model, gpu_memory_gib, gpu_interface, gpus, basis
FROM gpu_kinds
ORDER BY network, lease_id, gpu_model, gpu_memory_gib, gpu_interface
