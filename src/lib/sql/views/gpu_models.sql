-- GPUs that are known: which are the same and which are not, and what their makers publish of them.
FROM facts.gpu_models
ORDER BY gpu_model, gpu_memory_gib, gpu_interface
