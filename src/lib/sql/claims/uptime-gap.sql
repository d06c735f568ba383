-- rows
-- By month: uptime of the GPUs that were leased, where probes tell of their provider, and how leases with GPUs ended.
WITH days AS (
  SELECT day, count(*) AS providers, sum(gpus_leased * online_s) / sum(gpus_leased * known_s) AS uptime, sum(gpus_leased * online_s) AS up, sum(gpus_leased * known_s) AS known,
    sum(gpus_leased * day_s) AS whole
  FROM provider_days
  WHERE gpus_leased > 0 AND known_s > 0
  GROUP BY day
),
probed AS (
  SELECT date_trunc('month', day)::DATE AS month, count(*)::INTEGER AS days, max(providers)::INTEGER AS most_providers, sum(providers)::INTEGER AS provider_days,
    count(*) FILTER (uptime < 0.995)::INTEGER AS days_under, sum(up) / sum(known) AS uptime, sum(known) / sum(whole) AS probed_share, min(day) AS first_day, max(day) AS last_day
  FROM days
  GROUP BY ALL
),
ends AS (
  SELECT date_trunc('month', closed_at)::DATE AS month, close_reason IN ('unstable', 'decommission', 'unspecified') AS is_provider,
    (epoch_us(closed_at) - epoch_us(created_at)) / 3600e6 AS hours
  FROM leases l
  WHERE gpus > 0 AND closed_at IS NOT NULL AND close_reason IS NOT NULL
    AND NOT EXISTS (FROM account_labels a WHERE a.network = l.network AND a.account = l.owner AND a.label = 'price_bot')
),
ended AS (
  SELECT month, count(*)::INTEGER AS leases_ended, count(*) FILTER (is_provider)::INTEGER AS ended_by_provider, median(hours) FILTER (is_provider) AS hours_ended_by_provider,
    median(hours) FILTER (NOT is_provider) AS hours_ended_otherwise
  FROM ends
  GROUP BY ALL
)
SELECT month, uptime, days, days_under, provider_days, most_providers, probed_share, leases_ended, ended_by_provider, hours_ended_by_provider,
  hours_ended_otherwise, first_day, last_day
FROM probed
FULL JOIN ended USING (month)
ORDER BY month
-- verdict
SELECT
  CASE
    WHEN days IS NULL OR days < 28 OR providers < 5 THEN 'unknown'
    WHEN days_under >= 0.9 * days THEN 'holds'
    WHEN days_under <= 0.1 * days THEN 'does_not_hold'
    ELSE 'in_part'
  END AS verdict,
  CASE WHEN days >= 28 AND providers >= 5 THEN low END AS low, CASE WHEN days >= 28 AND providers >= 5 THEN high END AS high, '% of the time up' AS unit,
  coalesce(n, 0)::INTEGER AS n, from_day, to_day,
  CASE
    WHEN days IS NULL THEN 'No provider with leased GPUs has been probed, so uptime is not known.'
    WHEN days < 28 OR providers < 5 THEN 'Probes of providers with leased GPUs cover ' || days || ' days and at most ' || providers || ' providers on one; 28 days and 5 providers are needed.'
    ELSE 'On ' || days_under || ' of ' || days || ' days the provider of a leased GPU was up for less than 99.5 % of the time.'
  END
    || CASE
      WHEN ended > 0 THEN ' Providers ended ' || by_provider || ' of ' || ended || ' leases with GPUs (' || round(100 * by_provider / ended)::INTEGER || ' %)'
        || coalesce('; these had run for ' || format('{:.1f}', hours) || ' hours (middle of the months’ medians)', '') || '.'
      ELSE ' No lease with GPUs whose end has a known reason ended in what is indexed.'
    END AS why
FROM (
  SELECT sum(days)::INTEGER AS days, sum(days_under)::INTEGER AS days_under, max(most_providers)::INTEGER AS providers, sum(provider_days)::INTEGER AS n,
    100 * min(uptime) AS low, 100 * max(uptime) AS high, coalesce(sum(leases_ended), 0)::INTEGER AS ended, coalesce(sum(ended_by_provider), 0)::INTEGER AS by_provider,
    median(hours_ended_by_provider) AS hours, min(first_day) AS from_day, max(last_day) AS to_day
  FROM rows
)
