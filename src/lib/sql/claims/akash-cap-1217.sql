-- rows
-- The sentence's own figures, each with the values that would be written the same, what follows from them, and AKT's price of both months
-- where there is one.
WITH stated AS (
  SELECT 487 AS start_value, 486.5 AS start_low, 487.5 AS start_high, 1300 AS end_value, 1250 AS end_low, 1350 AS end_high, 1217 AS rise
),
tokens AS (
  SELECT time::DATE AS day, usd::DOUBLE AS usd
  FROM token_prices
  WHERE asset = 'akt' AND (time >= TIMESTAMP '2023-02-01' AND time < TIMESTAMP '2023-03-01' OR time >= TIMESTAMP '2024-05-01' AND time < TIMESTAMP '2024-06-01')
)
SELECT 'value in February 2023, as stated' AS figure, start_value::DOUBLE AS value, start_low::DOUBLE AS low, start_high::DOUBLE AS high, 'million USD' AS unit
FROM stated
UNION ALL
SELECT 'value later, as stated', end_value, end_low, end_high, 'million USD' FROM stated
UNION ALL
SELECT 'rise, as stated', rise, rise - 0.5, rise + 0.5, '%' FROM stated
UNION ALL
SELECT 'rise that the two values make', 100 * (end_value / start_value - 1), 100 * (end_low / start_high - 1), 100 * (end_high / start_low - 1), '%' FROM stated
UNION ALL
SELECT 'value in February 2023 that the rise and the later value make', end_value / (1 + rise / 100), end_low / (1 + rise / 100), end_high / (1 + rise / 100), 'million USD'
FROM stated
UNION ALL
SELECT 'AKT in February 2023, median', median(usd), min(usd), max(usd), 'USD' FROM tokens WHERE day < DATE '2023-03-01'
UNION ALL
SELECT 'AKT in May 2024, median', median(usd), min(usd), max(usd), 'USD' FROM tokens WHERE day >= DATE '2024-05-01'
-- verdict
SELECT CASE WHEN rise BETWEEN low AND high THEN 'holds' ELSE 'does_not_hold' END AS verdict, low, high, '% rise' AS unit, 2 AS n, NULL::DATE AS from_day, NULL::DATE AS to_day,
  'From $' || start_value::INTEGER || ' million to $' || format('{:.1f}', end_value / 1000) || ' billion is a rise of ' || round(made)::INTEGER || ' % (' || round(low)::INTEGER
    || ' to ' || round(high)::INTEGER || ' % as the figures are rounded), not of ' || format('{:,}', rise::INTEGER) || ' %. A rise of that much to the same value begins at $'
    || round(needed)::INTEGER || ' million: at least one of the three figures is wrong, and they do not tell which.' AS why
FROM (
  SELECT max(value) FILTER (figure = 'rise, as stated') AS rise, max(value) FILTER (figure = 'rise that the two values make') AS made,
    max(low) FILTER (figure = 'rise that the two values make') AS low, max(high) FILTER (figure = 'rise that the two values make') AS high,
    max(value) FILTER (figure = 'value in February 2023, as stated') AS start_value, max(value) FILTER (figure = 'value later, as stated') AS end_value,
    max(value) FILTER (figure = 'value in February 2023 that the rise and the later value make') AS needed
  FROM rows
)
