-- What is known of accounts that do not rent as others do, each label with its source.
WITH published AS (
  FROM (VALUES
    ('akash', 'akash1pas6v0905jgyznpvnjhg7tsthuyqek60gkz7uf', 'price_bot',
      'github:akash-network/console apps/api gpu/config/env.config.ts: PRICING_BOT_ADDRESS')
  ) AS t(network, account, label, source)
),
-- One that rents GPUs again and again and gives them back at once asks for prices; it does not compute.
behaviour AS (
  SELECT l.network, l.owner AS account, count(*) AS leases,
    count(*) FILTER (epoch_us(l.closed_at) - epoch_us(l.created_at) < 300e6 OR l.closed_height <= l.created_height + 1) AS brief
  FROM leases l
  WHERE l.gpus > 0 AND l.created_at IS NOT NULL
  GROUP BY ALL
)
SELECT network, account, label, source
FROM published
UNION ALL
SELECT network, account, 'price_bot', brief || ' of its ' || leases || ' GPU leases ended within 5 minutes or by the next block'
FROM behaviour
WHERE leases >= 20 AND brief >= 0.9 * leases
ORDER BY network, account, label
