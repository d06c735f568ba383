-- Internal: GPUs as attributes on chain and providers name them, with `stated_gpus` among them, and the models that these are (`readGpu` has
-- read them).
FROM facts.gpu_names
