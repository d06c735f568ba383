-- Leases without a price of one kind of GPU, in the last month up to $to that has any of the sort.
SELECT kind, month, leases, providers, lease_hours, p25, p50, p75, usd_per_gpu_hour, usd_per_vcpu_hour
FROM other_price_months
WHERE month <= $to::TIMESTAMP
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY month DESC) = 1
ORDER BY kind
