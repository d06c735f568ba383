-- Providers day by day, from the first probe on.
WITH ever AS (
  SELECT network, provider FROM facts.provider_records
  UNION
  SELECT network, provider FROM facts.state_providers
  UNION
  SELECT network, provider FROM facts.probes
),
grid AS (
  SELECT d.*, e.provider
  FROM probe_days d
  JOIN ever e USING (network)
),
-- Versions of the record. One that is updated first was made before what is indexed.
versions AS (
  SELECT r.network, r.provider, b.time, r.kind
  FROM facts.provider_records r
  JOIN facts.blocks b USING (network, height)
  QUALIFY row_number() OVER (PARTITION BY r.network, r.provider, b.time ORDER BY r.height DESC, r.tx_index DESC, r.event_index DESC) = 1
),
firsts AS (
  SELECT network, provider, arg_min(kind, time) AS kind
  FROM versions
  GROUP BY ALL
),
registrations AS (
  SELECT g.network, g.provider, g.day,
    CASE WHEN v.kind IS NOT NULL THEN v.kind <> 'deleted'
      WHEN f.kind IS NOT NULL THEN f.kind <> 'created'
      ELSE (g.network, g.provider) IN (SELECT (network, provider) FROM facts.state_providers) END AS registered
  FROM grid g
  ASOF LEFT JOIN versions v ON v.network = g.network AND v.provider = g.provider AND g.to_at >= v.time
  LEFT JOIN firsts f ON f.network = g.network AND f.provider = g.provider
),
counts AS (
  SELECT network, provider, probed_at::DATE AS day, count(*)::INTEGER AS probes, count(*) FILTER (NOT ok)::INTEGER AS failed
  FROM facts.probes
  GROUP BY ALL
),
lasts AS (
  SELECT g.network, g.provider, g.day, p.probed_at AS asked_at, p.ok
  FROM grid g
  ASOF LEFT JOIN facts.probes p ON p.network = g.network AND p.provider = g.provider AND g.to_at >= p.probed_at
),
seen AS (
  SELECT g.network, g.provider, g.day, p.probed_at AS seen_at
  FROM grid g
  ASOF LEFT JOIN (FROM facts.probes WHERE ok) p ON p.network = g.network AND p.provider = g.provider AND g.to_at >= p.probed_at
),
-- What a provider does not tell of one node it does not tell in all.
totals AS (
  SELECT network, provider, probed_at, true AS told,
    CASE WHEN bool_and(gpus_allocatable IS NOT NULL) THEN sum(gpus_allocatable)::INTEGER END AS gpus,
    CASE WHEN bool_and(gpus_allocatable = 0 OR gpus_allocated IS NOT NULL) THEN coalesce(sum(gpus_allocated), 0)::INTEGER END AS gpus_allocated
  FROM facts.probe_nodes
  GROUP BY ALL
),
known AS (
  SELECT p.network, p.provider, p.day, sum(seconds) AS known_s, coalesce(sum(seconds) FILTER (online), 0) AS online_s,
    CASE WHEN bool_and(told IS NULL OR t.gpus IS NOT NULL) THEN sum(coalesce(t.gpus, 0) * seconds) / sum(seconds) END AS gpus_allocatable,
    CASE WHEN bool_and(told IS NULL OR t.gpus_allocated IS NOT NULL) THEN sum(coalesce(t.gpus_allocated, 0) * seconds) / sum(seconds) END AS gpus_allocated
  FROM probe_pieces p
  LEFT JOIN totals t ON t.network = p.network AND t.provider = p.provider AND t.probed_at = p.seen_at
  GROUP BY ALL
),
leased AS (
  SELECT network, provider, day, sum(gpus_leased) AS gpus_leased
  FROM lease_days
  GROUP BY ALL
)
SELECT g.network, g.provider, g.day, r.registered, (epoch_us(g.to_at) - epoch_us(g.from_at)) / 1e6 AS day_s,
  coalesce(c.probes, 0) AS probes, coalesce(c.failed, 0) AS failed, s.seen_at, coalesce(s.seen_at >= g.to_at - INTERVAL 24 HOUR, false) AS seen,
  CASE WHEN l.asked_at >= g.to_at - INTERVAL 25 HOUR THEN l.ok END AS online,
  coalesce(k.known_s, 0) AS known_s, coalesce(k.online_s, 0) AS online_s,
  CASE WHEN t.told THEN t.gpus WHEN s.seen_at IS NOT NULL THEN 0 END AS gpus,
  k.gpus_allocatable, k.gpus_allocated,
  CASE WHEN g.chain_to > g.chain_from THEN coalesce(x.gpus_leased, 0) END AS gpus_leased
FROM grid g
JOIN registrations r USING (network, provider, day)
JOIN lasts l USING (network, provider, day)
JOIN seen s USING (network, provider, day)
LEFT JOIN counts c USING (network, provider, day)
LEFT JOIN known k USING (network, provider, day)
LEFT JOIN leased x USING (network, provider, day)
LEFT JOIN totals t ON t.network = g.network AND t.provider = g.provider AND t.probed_at = s.seen_at
WHERE r.registered OR c.probes > 0 OR x.gpus_leased > 0
ORDER BY g.day, g.provider
