-- The price that stands for each cloud beside leases of a kind of GPU, as steps.
FROM cloud_steps
ORDER BY gpu_model, gpu_memory_gib, gpu_interface, provider, purchase_option, from_day
