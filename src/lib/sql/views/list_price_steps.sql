-- List prices as steps: a price holds until the next observation of the same offer shows another, and not beyond the last one. Of two
-- observations on one day the publisher's own stands before a catalog's.
WITH daily AS (
  SELECT *
  FROM list_prices
  WHERE gpu_model IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY network, provider, instance_type, region, purchase_option, statistic, observed_on
    ORDER BY contains(lower(source), 'skypilot'), fetched_at DESC NULLS LAST, source
  ) = 1
),
changes AS (
  SELECT *,
    usd_per_gpu_hour IS DISTINCT FROM lag(usd_per_gpu_hour) OVER offer AS is_change,
    lead(observed_on) OVER offer AS next_on
  FROM daily
  WINDOW offer AS (PARTITION BY network, provider, instance_type, region, purchase_option, statistic ORDER BY observed_on)
),
numbered AS (
  SELECT *, sum(is_change::INTEGER) OVER (
    PARTITION BY network, provider, instance_type, region, purchase_option, statistic ORDER BY observed_on ROWS UNBOUNDED PRECEDING
  ) AS step
  FROM changes
)
SELECT network, provider, instance_type, arg_max(gpu_name, observed_on) AS gpu_name, arg_max(gpu_model, observed_on) AS gpu_model,
  arg_max(gpus, observed_on) AS gpus, arg_max(gpu_memory_gib, observed_on) AS gpu_memory_gib, arg_max(gpu_interface, observed_on) AS gpu_interface,
  arg_max(vcpus, observed_on) AS vcpus, arg_max(memory_gib, observed_on) AS memory_gib, region, purchase_option, statistic,
  any_value(covers) AS covers, any_value(usd_per_gpu_hour) AS usd_per_gpu_hour, min(observed_on) AS from_day,
  -- The day of the next observation, where there is one: up to it, not including it, the price is taken to hold.
  max(coalesce(next_on, observed_on + 1)) AS to_day, bool_or(next_on IS NULL) AS is_last, count(*)::INTEGER AS observations,
  arg_max(source, observed_on) AS source
FROM numbered
GROUP BY network, provider, instance_type, region, purchase_option, statistic, step
ORDER BY provider, instance_type, region, purchase_option, statistic, from_day
