-- Attempts to reach providers, as they went.
SELECT network, provider, probed_at, ok, error, error_detail, latency_ms, version, active_leases, via, host_uri, address,
  certificate_sha256, certificate_valid, doubts
FROM facts.probes
ORDER BY network, probed_at, provider
