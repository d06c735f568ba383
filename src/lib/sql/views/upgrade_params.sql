-- Internal: what software upgrades did to parameters, where no message says it. Read in the source of each upgrade's handler; a statement
-- that lists all parameters of a module (`whole`) ends the others of it, one without a parameter ends the module.
-- v2.0.0: equal to the books after that upgrade in the recording v1.2-to-v2.0. Left out there, as unknown: oracle.sources (an address made
-- during the upgrade) and oracle.max_price_staleness_blocks (2 in the source, 4 in those books).
-- v2.1.0: from the source alone, no recorded chain crosses it. Left out: what it takes from the defaults of oracle v2.
-- Earlier upgrades are left out: v0.24.0 set take, deployment and market to defaults that differ between versions of its source, and what
-- v1.0.0 carried over was set before.
SELECT upgrade, module, whole, param, denom, value,
  'https://github.com/akash-network/node/blob/' || CASE upgrade
    WHEN 'v2.0.0' THEN '096891f4259533a4d25e5aeb496f4c61e2c9eb9c'
    ELSE '319be8e8bc80967861661d13a97005b72cf8ec4c'
  END || '/upgrades/software/' || upgrade || '/upgrade.go' AS source
FROM (VALUES
  ('v2.0.0', 'take', true, NULL, NULL, NULL),
  ('v2.0.0', 'deployment', true, 'min_deposits', 'uact', '500000'),
  ('v2.0.0', 'deployment', true, 'min_deposits', 'uakt', '500000'),
  ('v2.0.0', 'market', true, 'bid_min_deposit', 'uakt', '500000'),
  ('v2.0.0', 'market', true, 'order_max_bids', NULL, '20'),
  ('v2.0.0', 'market', true, 'bid_min_deposits', 'uact', '500000'),
  ('v2.0.0', 'market', true, 'bid_min_deposits', 'uakt', '500000'),
  ('v2.0.0', 'bme', true, 'circuit_breaker_warn_threshold', NULL, '9500'),
  ('v2.0.0', 'bme', true, 'circuit_breaker_halt_threshold', NULL, '9000'),
  ('v2.0.0', 'bme', true, 'min_epoch_blocks', NULL, '10'),
  ('v2.0.0', 'bme', true, 'epoch_blocks_backoff_percent', NULL, '10'),
  ('v2.0.0', 'bme', true, 'mint_spread_bps', NULL, '25'),
  ('v2.0.0', 'bme', true, 'settle_spread_bps', NULL, '0'),
  ('v2.0.0', 'bme', true, 'max_endblocker_records', NULL, '50'),
  ('v2.0.0', 'bme', true, 'min_mint', 'uact', '10000000'),
  ('v2.0.0', 'oracle', true, 'min_price_sources', NULL, '1'),
  ('v2.0.0', 'oracle', true, 'twap_window', NULL, '5'),
  ('v2.0.0', 'oracle', true, 'max_price_deviation_bps', NULL, '150'),
  ('v2.0.0', 'oracle', true, 'feed_contracts_params', NULL, '[]'),
  ('v2.1.0', 'oracle', true, 'min_price_sources', NULL, '1'),
  ('v2.1.0', 'oracle', true, 'sources', NULL, '["akash1nc5tatafv6eyq7llkr2gv50ff9e22mnf70qgjlv737ktmt4eswrqyagled"]'),
  ('v2.1.0', 'bme', false, 'max_pending_attempts', NULL, '3')
) AS effects(upgrade, module, whole, param, denom, value)
