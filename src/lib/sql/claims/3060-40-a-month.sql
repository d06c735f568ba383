-- rows
-- What each provider was paid for its RTX 3060 per month of being leased (730.5 hours), over leases of this model alone that have ended, so
-- that the last payout is in; without marked leases. AKT at the price of the day, at most three days old; ACT and USDC at one dollar.
WITH ended AS (
  SELECT r.network, r.lease_id, r.provider, sum(r.hours * r.gpus) AS gpu_hours, min(r.from_time)::DATE AS first_day, max(r.to_time)::DATE AS last_day
  FROM realised_prices r
  JOIN leases l USING (network, lease_id)
  WHERE r.kind = 'gpu' AND r.gpu_model = 'nvidia/rtx3060' AND len(r.marks) = 0 AND l.created_height IS NOT NULL AND l.closed_height IS NOT NULL
  GROUP BY ALL
),
tokens AS (
  SELECT network, time::DATE AS day, median(usd::DOUBLE) AS usd
  FROM token_prices
  WHERE asset = 'akt'
  GROUP BY ALL
),
paid AS (
  SELECT p.network, p.lease_id,
    p.amount::DOUBLE / 1e6 * CASE
      WHEN p.denom = 'uakt' AND p.time::DATE - t.day <= 3 THEN t.usd
      WHEN p.denom IN ('uact', 'ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1') THEN 1
    END AS usd
  FROM payouts p
  ASOF LEFT JOIN tokens t ON t.network = p.network AND p.time >= t.day::TIMESTAMP
),
earned AS (
  SELECT e.network, e.lease_id, e.provider, e.gpu_hours, e.first_day, e.last_day, sum(p.usd) AS usd
  FROM ended e
  JOIN paid p USING (network, lease_id)
  GROUP BY ALL
  HAVING bool_and(p.usd IS NOT NULL)
),
occupied AS (
  SELECT sum(gpus_leased_online) / nullif(sum(gpus_allocatable), 0) AS occupancy
  FROM supply_days
  WHERE gpu_model = 'nvidia/rtx3060' AND gpus_leased_online IS NOT NULL AND gpus_allocatable IS NOT NULL
)
SELECT e.provider, count(*)::INTEGER AS leases, sum(e.gpu_hours) / 730.5 AS gpu_months_leased, sum(e.usd) AS usd_paid,
  sum(e.usd) / sum(e.gpu_hours) * 730.5 AS usd_per_gpu_month, any_value(o.occupancy) AS model_occupancy, min(e.first_day) AS first_day, max(e.last_day) AS last_day
FROM earned e
CROSS JOIN occupied o
GROUP BY e.provider
HAVING sum(e.gpu_hours) > 0
ORDER BY usd_per_gpu_month DESC, e.provider
-- verdict
SELECT
  CASE
    WHEN n < 5 THEN 'unknown'
    WHEN reach <= 0.1 * n THEN 'does_not_hold'
    -- Time without a tenant is not in the figures, so they can refute the claim but not bear it out alone.
    WHEN reach >= 0.9 * n AND middle * occupancy >= 40 THEN 'holds'
    ELSE 'in_part'
  END AS verdict,
  CASE WHEN n >= 5 THEN low END AS low, CASE WHEN n >= 5 THEN high END AS high, 'USD per month of being leased' AS unit, n, from_day, to_day,
  CASE
    WHEN n = 0 THEN 'No lease of an RTX 3060 alone has ended whose payouts and token prices are all known.'
    WHEN n < 5 THEN 'Ended leases of RTX 3060 with known payouts are of ' || n || CASE WHEN n = 1 THEN ' provider' ELSE ' providers' END
      || '; under five, one provider makes the figure, and none is given.'
    ELSE reach || ' of ' || n || ' providers were paid $40 or more per GPU and month of being leased (median $' || format('{:.2f}', middle) || ', '
      || leases || ' leases). '
      || CASE
        WHEN occupancy IS NULL THEN 'How much of the time these GPUs are leased is not known.'
        ELSE round(100 * occupancy)::INTEGER || ' % of the network’s RTX 3060 were leased, which makes $' || format('{:.2f}', middle * occupancy)
          || ' a month of a card that is always on offer.'
      END
  END AS why
FROM (
  SELECT count(*)::INTEGER AS n, count(*) FILTER (usd_per_gpu_month >= 40)::INTEGER AS reach, coalesce(sum(leases), 0)::INTEGER AS leases,
    quantile_cont(usd_per_gpu_month, 0.25) AS low, quantile_cont(usd_per_gpu_month, 0.75) AS high, median(usd_per_gpu_month) AS middle,
    any_value(model_occupancy) AS occupancy, min(first_day) AS from_day, max(last_day) AS to_day
  FROM rows
)
