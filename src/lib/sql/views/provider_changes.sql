-- Versions of providers' records.
SELECT r.network, r.provider, r.height, b.time, r.kind, r.host_uri, r.attributes
FROM facts.provider_records r
JOIN facts.blocks b USING (network, height)
ORDER BY r.height, r.tx_index, r.event_index
