-- Daily figures as the network publishes them. Nothing of ours is in them.
SELECT network, metric, day, value, unit, source, fetched_at
FROM facts.reported
ORDER BY network, metric, day, source
