-- What providers said of their nodes.
SELECT network, provider, probed_at, node_index, gpu_kind, node, cpu_allocatable, cpu_allocated, cpu_available,
  memory_allocatable, memory_allocated, memory_available, storage_allocatable, storage_allocated, storage_available,
  gpu_model, gpu_memory_gib, gpu_interface, gpus_allocatable, gpus_allocated, gpus_available
FROM facts.probe_nodes
ORDER BY network, probed_at, provider, node_index, gpu_kind
