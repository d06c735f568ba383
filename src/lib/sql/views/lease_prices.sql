-- Prices of leases over time. A migration multiplies as the chain does: 18 decimals, half to even. The product needs more than 38
-- digits, so whole units and fraction of the price are multiplied apart, in units of 10^-18.
WITH created AS (
  SELECT network, lease_id, created_height, closed_height, denom, price, basis
  FROM lease_keys
),
parts AS (
  SELECT l.network, l.lease_id, m.height, m.to_denom AS denom,
    floor(l.price)::HUGEINT AS units,
    ((l.price - floor(l.price)) * 1000000000000000000)::HUGEINT AS fraction,
    (floor(m.rate)::HUGEINT * 1000000000000000000 + ((m.rate - floor(m.rate)) * 1000000000000000000)::HUGEINT) AS rate
  FROM created l
  JOIN migrations m ON m.network = l.network AND m.from_denom = l.denom
  WHERE l.price IS NOT NULL AND CASE
    WHEN m.before_txs THEN l.created_height < m.height AND coalesce(l.closed_height >= m.height, true)
    ELSE l.created_height <= m.height AND coalesce(l.closed_height > m.height, true)
  END
  QUALIFY row_number() OVER (PARTITION BY l.network, l.lease_id ORDER BY m.height) = 1
),
products AS (
  SELECT network, lease_id, height, denom,
    units * rate + fraction * rate // 1000000000000000000 AS whole,
    fraction * rate % 1000000000000000000 AS rest
  FROM parts
),
migrated AS (
  SELECT network, lease_id, height, denom,
    whole + CASE WHEN rest > 500000000000000000 OR (rest = 500000000000000000 AND whole % 2 = 1) THEN 1 ELSE 0 END AS atto
  FROM products
),
-- Repriced before it was read from the state, as far as can be told: the price of the state holds from the migration on, where that is
-- indexed; else it is only known to hold when it was read, or at the lease's end.
recalled AS (
  SELECT s.network, concat_ws('/', s.owner, s.dseq, s.gseq, s.oseq, s.provider) AS lease_id, s.denom, s.price,
    CASE WHEN s.repriced AND m.height IS NOT NULL THEN m.height ELSE least(s.read_height, s.closed_height) END AS from_height,
    CASE WHEN s.repriced AND m.height IS NOT NULL THEN 'migration' ELSE 'state' END AS cause
  FROM recalled_leases s
  LEFT JOIN migrations m ON m.network = s.network AND m.from_denom = s.first_denom AND m.to_denom = s.denom
  WHERE s.repriced IS DISTINCT FROM false
    AND NOT EXISTS (FROM covered c WHERE c.network = s.network AND s.created_height BETWEEN c.from_height AND c.to_height)
)
SELECT p.network, p.lease_id, p.from_height, b.time AS from_time, p.denom, p.price_per_block, p.cause, p.basis, b.basis AS from_time_basis
FROM (
  SELECT network, lease_id, created_height AS from_height, denom, price AS price_per_block, 'created' AS cause, basis
  FROM created
  UNION ALL
  SELECT network, lease_id, height, denom,
    ((atto // 1000000000000000000)::DECIMAL(38, 18) + (atto % 1000000000000000000)::DECIMAL(38, 0) * 0.000000000000000001)::DECIMAL(38, 18),
    'migration', 'event'
  FROM migrated
  UNION ALL
  SELECT network, lease_id, from_height, denom, price, cause, 'state'
  FROM recalled
) p
LEFT JOIN times b ON b.network = p.network AND b.height = p.from_height
ORDER BY p.lease_id, p.from_height
