-- List prices: what was fetched, and the reference history. A row of the history that was fetched too is there once.
FROM facts.list_prices
UNION ALL
SELECT r.*
FROM facts.reference_list_prices r
ANTI JOIN facts.list_prices f USING (network, provider, instance_type, region, purchase_option, statistic, observed_on, source)
ORDER BY provider, instance_type, region, purchase_option, statistic, observed_on, source
