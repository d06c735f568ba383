-- Supply at the end of each UTC day and occupancy over it. What no probe tells of is unknown.
WITH providers AS (
  SELECT
    network, day,
    count(*) FILTER (WHERE registered) AS registered,
    -- Whether anything is known at the end of the day.
    count(online) FILTER (WHERE registered) > 0 AS told,
    count(*) FILTER (WHERE registered AND seen) AS seen,
    count(*) FILTER (WHERE registered AND online) AS online,
    count(gpus_leased) > 0 AS chain_known,
    coalesce(sum(known_s) FILTER (WHERE registered) / nullif(sum(day_s) FILTER (WHERE registered), 0), 0) AS probed
  FROM provider_days
  WHERE day >= $from::TIMESTAMP::DATE AND day < $to::TIMESTAMP
  GROUP BY network, day
),
models AS (
  SELECT
    network, day,
    sum(providers_registered) AS registered,
    sum(providers_seen) AS seen,
    sum(providers_online) AS online,
    sum(gpus_registered) AS gpus_registered,
    sum(gpus_seen) AS gpus_seen,
    sum(gpus_online) AS gpus_online,
    sum(CASE $placement::INTEGER WHEN 1 THEN leasable_1 WHEN 2 THEN leasable_2 WHEN 4 THEN leasable_4 ELSE leasable_8 END) AS gpus_leasable,
    sum(gpus_allocatable) AS gpus_allocatable,
    sum(gpus_allocated) AS gpus_allocated,
    sum(gpus_leased) AS gpus_leased,
    sum(gpus_leased_online) AS gpus_leased_online
  FROM supply_days
  WHERE $model::VARCHAR IS NULL OR gpu_model = $model::VARCHAR
  GROUP BY network, day
)
SELECT
  strftime(day, '%Y-%m-%d') AS day,
  coalesce(CASE WHEN $model::VARCHAR IS NULL THEN p.registered ELSE m.registered END, 0)::INTEGER AS providers_registered,
  CASE WHEN told THEN coalesce(CASE WHEN $model::VARCHAR IS NULL THEN p.seen ELSE m.seen END, 0)::INTEGER END AS providers_seen,
  CASE WHEN told THEN coalesce(CASE WHEN $model::VARCHAR IS NULL THEN p.online ELSE m.online END, 0)::INTEGER END AS providers_online,
  coalesce(gpus_registered, 0)::INTEGER AS gpus_registered,
  CASE WHEN told THEN coalesce(gpus_seen, 0)::INTEGER END AS gpus_seen,
  CASE WHEN told THEN coalesce(gpus_online, 0)::INTEGER END AS gpus_online,
  CASE WHEN told THEN coalesce(gpus_leasable, 0)::INTEGER END AS gpus_leasable,
  CASE WHEN chain_known THEN coalesce(gpus_leased, 0)::DOUBLE END AS gpus_leased,
  (CASE WHEN probed > 0 THEN gpus_allocatable END)::DOUBLE AS gpus_allocatable,
  (CASE WHEN probed > 0 THEN gpus_leased_online / nullif(gpus_allocatable, 0) END)::DOUBLE AS occupancy,
  (CASE WHEN probed > 0 THEN gpus_allocated / nullif(gpus_allocatable, 0) END)::DOUBLE AS occupancy_told,
  probed::DOUBLE AS probed
FROM providers AS p LEFT JOIN models AS m USING (network, day)
ORDER BY day
