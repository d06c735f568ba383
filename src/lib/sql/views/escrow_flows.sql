-- Every other movement into or out of escrow.
SELECT
  m.network, m.height, b.time, x.hash AS tx_hash, m.msg_index, m.kind, m.deployment_id,
  CASE WHEN m.kind IN ('bid_deposit', 'bid_refund') THEN m.lease_id END AS lease_id,
  m.account, m.denom, m.amount
FROM escrow_moves m
JOIN facts.blocks b USING (network, height)
LEFT JOIN facts.txs x USING (network, height, tx_index)
WHERE m.kind <> 'payout'
ORDER BY m.height, m.tx_index, m.event_index, m.coin_index
