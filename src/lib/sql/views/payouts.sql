-- Money that left escrow for a lease. Gross is amount + take.
SELECT
  m.network, m.height, b.time, x.hash AS tx_hash, m.msg_index, m.lease_id, m.account AS provider, m.denom, m.amount, m.take
FROM escrow_moves m
JOIN facts.blocks b USING (network, height)
LEFT JOIN facts.txs x USING (network, height, tx_index)
WHERE m.kind = 'payout'
ORDER BY m.height, m.tx_index, m.event_index, m.coin_index
