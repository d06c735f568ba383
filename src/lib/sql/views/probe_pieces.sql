-- Internal: what is known of providers over time, cut into days.
SELECT s.network, s.provider, d.day, s.online, s.seen_at,
  (epoch_us(least(s.to_at, d.to_at)) - epoch_us(greatest(s.from_at, d.from_at))) / 1e6 AS seconds
FROM (SELECT *, unnest(generate_series(from_at::DATE, to_at::DATE, INTERVAL 1 DAY))::DATE AS day FROM probe_spans) s
JOIN probe_days d ON d.network = s.network AND d.day = s.day
WHERE least(s.to_at, d.to_at) > greatest(s.from_at, d.from_at)
