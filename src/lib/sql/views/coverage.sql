-- Ranges of heights and what became of them.
SELECT network, from_height, to_height, status, source, indexed_at
FROM facts.partitions
ORDER BY network, from_height
