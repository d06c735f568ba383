-- GPU models day by day, from the first probe on.
WITH held AS (
  SELECT p.network, p.day, p.provider, p.registered, p.online, p.seen,
    g.gpu_model, g.gpus, g.gpus_free, g.leasable_1, g.leasable_2, g.leasable_4, g.leasable_8
  FROM provider_days p
  JOIN probe_gpus g ON g.network = p.network AND g.provider = p.provider AND g.probed_at = p.seen_at
),
counts AS (
  SELECT network, day, gpu_model,
    count(*) FILTER (registered)::INTEGER AS providers_registered,
    count(*) FILTER (registered AND seen)::INTEGER AS providers_seen,
    count(*) FILTER (registered AND seen AND online)::INTEGER AS providers_online,
    coalesce(sum(gpus) FILTER (registered), 0)::INTEGER AS gpus_registered,
    coalesce(sum(gpus) FILTER (registered AND seen), 0)::INTEGER AS gpus_seen,
    coalesce(sum(gpus) FILTER (registered AND seen AND online), 0)::INTEGER AS gpus_online,
    CASE WHEN bool_or(registered AND seen AND online) THEN sum(gpus_free) FILTER (registered AND seen AND online)::INTEGER ELSE 0 END AS gpus_free,
    coalesce(sum(leasable_1) FILTER (registered AND seen AND online), 0)::INTEGER AS leasable_1,
    coalesce(sum(leasable_2) FILTER (registered AND seen AND online), 0)::INTEGER AS leasable_2,
    coalesce(sum(leasable_4) FILTER (registered AND seen AND online), 0)::INTEGER AS leasable_4,
    coalesce(sum(leasable_8) FILTER (registered AND seen AND online), 0)::INTEGER AS leasable_8
  FROM held
  GROUP BY ALL
),
known AS (
  SELECT network, provider, day, sum(seconds) AS seconds
  FROM probe_pieces
  GROUP BY ALL
),
-- Each provider's mean over the time that is known of it.
means AS (
  SELECT p.network, p.day, g.gpu_model,
    sum(g.gpus * p.seconds / k.seconds) AS gpus_allocatable, sum(g.gpus_allocated * p.seconds / k.seconds) AS gpus_allocated
  FROM probe_pieces p
  JOIN known k USING (network, provider, day)
  JOIN probe_gpus g ON g.network = p.network AND g.provider = p.provider AND g.probed_at = p.seen_at
  WHERE p.online
  GROUP BY ALL
),
-- Leases count against supply where that is known, and for the part of the day that their provider was online.
leased AS (
  SELECT l.network, l.day, l.gpu_model, sum(l.gpus_leased) AS gpus_leased,
    coalesce(sum(l.gpus_leased * p.online_s / p.known_s) FILTER (p.gpus_allocatable IS NOT NULL AND p.known_s > 0), 0) AS gpus_leased_online
  FROM lease_days l
  LEFT JOIN provider_days p ON p.network = l.network AND p.provider = l.provider AND p.day = l.day
  GROUP BY ALL
),
rows AS (
  SELECT network, day, gpu_model FROM counts
  UNION
  SELECT network, day, gpu_model FROM means
  UNION
  SELECT network, day, gpu_model FROM leased
)
SELECT r.network, r.day, r.gpu_model,
  coalesce(c.providers_registered, 0) AS providers_registered, coalesce(c.providers_seen, 0) AS providers_seen,
  coalesce(c.providers_online, 0) AS providers_online, coalesce(c.gpus_registered, 0) AS gpus_registered,
  coalesce(c.gpus_seen, 0) AS gpus_seen, coalesce(c.gpus_online, 0) AS gpus_online, CASE WHEN c.providers_online > 0 THEN c.gpus_free ELSE 0 END AS gpus_free,
  coalesce(c.leasable_1, 0) AS leasable_1, coalesce(c.leasable_2, 0) AS leasable_2,
  coalesce(c.leasable_4, 0) AS leasable_4, coalesce(c.leasable_8, 0) AS leasable_8,
  m.gpus_allocatable, m.gpus_allocated,
  CASE WHEN d.chain_to > d.chain_from THEN coalesce(l.gpus_leased, 0) END AS gpus_leased,
  CASE WHEN d.chain_to > d.chain_from THEN coalesce(l.gpus_leased_online, 0) END AS gpus_leased_online
FROM rows r
JOIN probe_days d USING (network, day)
LEFT JOIN counts c ON c.network = r.network AND c.day = r.day AND c.gpu_model IS NOT DISTINCT FROM r.gpu_model
LEFT JOIN means m ON m.network = r.network AND m.day = r.day AND m.gpu_model IS NOT DISTINCT FROM r.gpu_model
LEFT JOIN leased l ON l.network = r.network AND l.day = r.day AND l.gpu_model IS NOT DISTINCT FROM r.gpu_model
ORDER BY r.day, r.gpu_model
