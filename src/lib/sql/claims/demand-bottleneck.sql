-- rows
-- By month: orders for GPUs that have ended in a lease or without one, the bids for them, occupancy, and models of which nothing was free.
-- Orders of known price bots are left out.
WITH asked AS (
  SELECT date_trunc('month', created_at)::DATE AS month, created_at::DATE AS day, outcome, greatest(bids, (outcome = 'leased')::INTEGER) AS bids
  FROM orders o
  WHERE gpus > 0 AND outcome IN ('leased', 'closed') AND created_at IS NOT NULL
    AND NOT EXISTS (FROM account_labels a WHERE a.network = o.network AND a.account = o.owner AND a.label = 'price_bot')
),
demand AS (
  SELECT month, count(*)::INTEGER AS orders, sum(bids)::DOUBLE / count(*) AS bids_per_order, count(*) FILTER (bids = 0)::DOUBLE / count(*) AS share_without_bid,
    count(*) FILTER (outcome = 'closed')::DOUBLE / count(*) AS share_unfilled, min(day) AS first_day, max(day) AS last_day
  FROM asked
  GROUP BY month
),
supply AS (
  SELECT date_trunc('month', day)::DATE AS month,
    sum(gpus_leased_online) FILTER (gpus_allocatable > 0 AND gpus_leased_online IS NOT NULL)
      / sum(gpus_allocatable) FILTER (gpus_allocatable > 0 AND gpus_leased_online IS NOT NULL) AS occupancy,
    count(*) FILTER (gpus_online > 0 AND gpus_free = 0)::DOUBLE / nullif(count(*) FILTER (gpus_online > 0 AND gpus_free IS NOT NULL), 0) AS share_sold_out
  FROM supply_days
  GROUP BY ALL
)
SELECT month, orders, bids_per_order, share_without_bid, share_unfilled, occupancy, share_sold_out,
  -- Whether demand was what lacked: unknown without occupancy, unless orders went without a bid.
  CASE WHEN orders < 5 THEN NULL WHEN share_without_bid > 0.1 OR occupancy >= 0.5 THEN false WHEN occupancy < 0.5 THEN true END AS is_demand_short,
  first_day, last_day
FROM demand
LEFT JOIN supply USING (month)
ORDER BY month
-- verdict
SELECT
  CASE WHEN months = 0 THEN 'unknown' WHEN short <= 0.1 * months THEN 'does_not_hold' WHEN short >= 0.9 * months AND months >= 24 THEN 'holds' ELSE 'in_part' END AS verdict,
  CASE WHEN months > 0 THEN low END AS low, CASE WHEN months > 0 THEN high END AS high, '% of orders without a bid' AS unit, n, from_day, to_day,
  CASE
    WHEN months = 0 AND n = 0 THEN 'No orders for GPUs have ended in what is indexed.'
    WHEN months = 0 THEN 'No month can be judged: each has fewer than five orders for GPUs, or nearly all of them got a bid and what there was to lease is not known.'
    ELSE 'In ' || short || ' of ' || months || ' months that can be judged nine of ten orders for GPUs got a bid while less than half of the GPUs were leased. In '
      || without || ' months more than a tenth of the orders got none.'
      || coalesce(' On the median month ' || round(100 * sold_out)::INTEGER || ' % of models were sold out.', '')
      || CASE WHEN short >= 0.9 * months AND months < 24 THEN ' Of less than two years nothing can be said about years.' ELSE '' END
  END AS why
FROM (
  SELECT count(is_demand_short)::INTEGER AS months, count(*) FILTER (is_demand_short)::INTEGER AS short,
    count(*) FILTER (orders >= 5 AND share_without_bid > 0.1)::INTEGER AS without, median(share_sold_out) AS sold_out,
    100 * min(share_without_bid) FILTER (is_demand_short IS NOT NULL) AS low, 100 * max(share_without_bid) FILTER (is_demand_short IS NOT NULL) AS high,
    coalesce(sum(orders), 0)::INTEGER AS n, min(first_day) AS from_day, max(last_day) AS to_day
  FROM rows
)
