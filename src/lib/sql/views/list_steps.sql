-- Internal: list prices as steps: a price holds until the next observation of the same offer shows another, and not beyond the last one. Of
-- two observations on one day that fetched last stands. A catalog repeats what publishers say, late: it is not listened to within 90 days
-- of what one says of the offer.
WITH told AS (
  SELECT *, contains(lower(source), 'skypilot') AS is_catalog
  FROM (
    FROM facts.list_prices
    UNION ALL
    FROM facts.reference_list_prices
  )
  WHERE gpu_model IS NOT NULL
),
heard AS (
  FROM told
  WHERE NOT is_catalog
  UNION ALL
  SELECT t.*
  FROM (FROM told WHERE is_catalog) t
  ANTI JOIN (FROM told WHERE NOT is_catalog) o
    ON o.network = t.network AND o.provider = t.provider AND o.instance_type = t.instance_type AND o.region = t.region
      AND o.purchase_option = t.purchase_option AND o.statistic = t.statistic AND o.observed_on BETWEEN t.observed_on - 90 AND t.observed_on + 90
),
daily AS (
  SELECT network, provider, instance_type, region, purchase_option, statistic, observed_on,
    min_by(
      struct_pack(usd := usd_per_gpu_hour, gpu_name := gpu_name, model := gpu_model, gpus := gpus, gib := gpu_memory_gib, interface := gpu_interface,
        vcpus := vcpus, memory_gib := memory_gib, covers := covers, source := source),
      (-coalesce(epoch_us(fetched_at), 0), source)
    ) AS seen
  FROM heard
  GROUP BY ALL
),
ordered AS (
  -- What the offer is counts too: a source may come to tell a form factor that it did not.
  SELECT *, lag((seen.usd, seen.model, seen.gpus, seen.gib, seen.interface, seen.covers)) OVER offer AS before, row_number() OVER offer AS nth
  FROM daily
  WINDOW offer AS (PARTITION BY network, provider, instance_type, region, purchase_option, statistic ORDER BY observed_on)
),
lasts AS (
  SELECT network, provider, instance_type, region, purchase_option, statistic, max(observed_on) AS last_on, count(*) AS observations
  FROM daily
  GROUP BY ALL
),
changes AS (
  SELECT *,
    lead(observed_on) OVER offer AS next_on, lead(nth) OVER offer AS next_nth
  FROM ordered
  WHERE (seen.usd, seen.model, seen.gpus, seen.gib, seen.interface, seen.covers) IS DISTINCT FROM before
  WINDOW offer AS (PARTITION BY network, provider, instance_type, region, purchase_option, statistic ORDER BY observed_on)
)
SELECT c.network, c.provider, c.instance_type, c.seen.gpu_name, c.seen.model AS gpu_model, c.seen.gpus, c.seen.gib AS gpu_memory_gib,
  c.seen.interface AS gpu_interface, c.seen.vcpus, c.seen.memory_gib, c.region, c.purchase_option, c.statistic, c.seen.covers,
  c.seen.usd AS usd_per_gpu_hour, c.observed_on AS from_day,
  -- The day of the observation that differs, where there is one: up to it, not including it, the price is taken to hold.
  coalesce(c.next_on, l.last_on + 1) AS to_day, c.next_on IS NULL AS is_last, (coalesce(c.next_nth, l.observations + 1) - c.nth)::INTEGER AS observations,
  c.seen.source
FROM changes c
JOIN lasts l USING (network, provider, instance_type, region, purchase_option, statistic)
