-- Conversions between AKT and ACT. ACT burnt against remint credit mints no new AKT, AKT paid in gains credit and is not burned.
SELECT r.network, r.height, b.time, r.kind, r.burned_denom, r.burned, r.minted_denom, r.minted, r.credit_issued, r.credit_accrued,
  r.spread, r.price, r.account, r.status, r.requested_denom, r.requested
FROM facts.bme_records r
JOIN facts.blocks b USING (network, height)
ORDER BY r.height, r.tx_index, r.event_index
