-- List prices: the reference history, and what was fetched since. The same row in both is one.
SELECT network, * EXCLUDE (network)
FROM (
  FROM facts.list_prices
  UNION ALL
  FROM facts.reference_list_prices
)
QUALIFY row_number() OVER (
  PARTITION BY network, provider, instance_type, region, purchase_option, statistic, observed_on, source ORDER BY fetched_at DESC NULLS LAST
) = 1
ORDER BY provider, instance_type, region, purchase_option, statistic, observed_on, source
