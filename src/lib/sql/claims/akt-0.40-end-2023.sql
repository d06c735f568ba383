-- rows
-- AKT on each day of December 2023 that has a price (the median of its sources), and the days that are nearest to it: the last one before at
-- $0.44 or less, and the first one after.
WITH days AS (
  SELECT time::DATE AS day, median(usd::DOUBLE) AS usd, min(basis) AS basis, min(source) AS source
  FROM token_prices
  WHERE asset = 'akt'
  GROUP BY ALL
)
SELECT day, 'December 2023' AS what, usd, basis, source
FROM days
WHERE day BETWEEN DATE '2023-12-01' AND DATE '2023-12-31'
UNION ALL
SELECT max(day), 'last known day at $0.44 or less before it', arg_max(usd, day), arg_max(basis, day), arg_max(source, day)
FROM days
WHERE day < DATE '2023-12-01' AND usd <= 0.44
HAVING count(*) > 0
UNION ALL
SELECT min(day), 'next day with a price after it', arg_min(usd, day), arg_min(basis, day), arg_min(source, day)
FROM days
WHERE day > DATE '2023-12-31'
HAVING count(*) > 0
ORDER BY day
-- verdict
SELECT
  CASE WHEN n = 0 THEN 'unknown' WHEN near >= 0.9 * n THEN 'holds' WHEN near <= 0.1 * n THEN 'does_not_hold' ELSE 'in_part' END AS verdict,
  low, high, 'USD' AS unit, n, from_day, to_day,
  CASE
    WHEN n = 0 THEN 'There is no price of AKT of December 2023 in this lake.'
    ELSE 'AKT was within a tenth of $0.40 on ' || near || ' of ' || n || ' days of December 2023 that have a price, from $' || format('{:.2f}', low) || ' to $'
      || format('{:.2f}', high) || '.'
      || CASE WHEN to_day < DATE '2023-12-31' THEN ' The last of these is ' || strftime(to_day, '%-d December 2023') || ', at $' || format('{:.2f}', last_usd) || '.' ELSE '' END
      || coalesce(' The next day with a price after the month is ' || strftime(after_day, '%-d %b %Y') || ', at $' || format('{:.2f}', after_usd) || '.', '')
  END AS why
FROM (
  SELECT count(*) FILTER (what = 'December 2023')::INTEGER AS n, count(*) FILTER (what = 'December 2023' AND usd BETWEEN 0.36 AND 0.44)::INTEGER AS near,
    min(usd) FILTER (what = 'December 2023') AS low, max(usd) FILTER (what = 'December 2023') AS high,
    min(day) FILTER (what = 'December 2023') AS from_day, max(day) FILTER (what = 'December 2023') AS to_day,
    arg_max(usd, day) FILTER (what = 'December 2023') AS last_usd,
    max(day) FILTER (what = 'next day with a price after it') AS after_day, max(usd) FILTER (what = 'next day with a price after it') AS after_usd
  FROM rows
)
