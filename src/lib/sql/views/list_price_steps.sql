-- List prices of clouds over time, each offer for as long as a price held.
FROM list_steps
ORDER BY provider, instance_type, region, purchase_option, statistic, from_day
