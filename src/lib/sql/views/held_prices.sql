-- Prices that were fetched and are not believed until someone has looked at them.
FROM facts.held_prices
ORDER BY provider, instance_type, region, purchase_option, statistic, observed_on, source
