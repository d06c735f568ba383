-- What happened on a day that a reader of a chart may want to know: upgrades and other events of the network, and steps of list prices by a
-- fifth or more, of the offers that stand for a cloud.
WITH steps AS (
  SELECT *, lag(usd_per_gpu_hour) OVER offer AS before, lag(instance_type) OVER offer AS instance_before
  FROM cloud_steps
  WHERE purchase_option = 'on_demand' AND statistic = 'list'
  WINDOW offer AS (PARTITION BY network, provider, gpu_model, gpu_memory_gib, gpu_interface ORDER BY from_day)
)
SELECT network, date AS day, NULL::VARCHAR AS gpu_model, NULL::DOUBLE AS gpu_memory_gib, NULL::VARCHAR AS gpu_interface, NULL::VARCHAR AS provider,
  'event' AS kind, title, source
FROM facts.reference_events
UNION ALL
SELECT network, from_day, gpu_model, gpu_memory_gib, gpu_interface, provider, 'price_step',
  instance_type || ' ' || CASE WHEN usd_per_gpu_hour < before THEN '−' ELSE '+' END || round(100 * abs(usd_per_gpu_hour::DOUBLE / before::DOUBLE - 1))::INTEGER || ' %',
  source
FROM steps
WHERE instance_before = instance_type AND abs(usd_per_gpu_hour::DOUBLE / before::DOUBLE - 1) >= 0.2
ORDER BY day, title, source
