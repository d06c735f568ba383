-- Internal: every coin that moved into or out of escrow, with what it was for.
-- Payouts, refunds and returned bid deposits are the same bank transfer; message, neighbours and amounts tell them apart:
--  * directly before BidClosed: that bid's deposit, as far as the amounts add up to it;
--  * in MsgCreateLease: deposits of the bids that lost;
--  * to the provider of a lease that the message settles: a payout, in the order in which escrow keeps its payments;
--  * anything else out of a deployment's escrow: a refund to whoever funded it.
WITH moves AS (
  SELECT t.network, t.height, t.tx_index, t.event_index, t.coin_index, t.msg_index, t.direction, t.account, t.denom, t.amount, t.take,
    t.next_rank,
    -- No message explains a block event; the market event that follows does.
    coalesce(m.owner, n.owner) AS owner, coalesce(m.dseq, n.dseq) AS dseq,
    m.gseq, m.oseq, m.provider,
    regexp_extract(m.type, '[^.]+$') AS msg,
    -- Up to v0.38 a closing account refunds its funder before it pays its providers.
    coalesce(regexp_matches(m.type, '^akash\.(deployment\.v1beta[123]|market\.v1beta[1234])\.'), false) AS legacy,
    CASE WHEN t.next_rank IS NOT NULL AND n.kind = 'bid_closed' THEN concat_ws('/', n.owner, n.dseq, n.gseq, n.oseq, n.provider) END AS next_bid,
    CASE WHEN l.kind IS NOT NULL THEN concat_ws('/', l.owner, l.dseq, l.gseq, l.oseq) END AS after_lease
  FROM facts.transfers t
  LEFT JOIN facts.messages m USING (network, height, tx_index, msg_index)
  LEFT JOIN facts.market_events n
    ON n.network = t.network AND n.height = t.height AND n.tx_index = t.tx_index AND n.event_index = t.next_event
  LEFT JOIN facts.market_events l
    ON l.kind = 'lease_created' AND l.network = t.network AND l.height = t.height AND l.tx_index = t.tx_index
    AND l.event_index = t.lease_event
),
bid_inflows AS (
  SELECT *, concat_ws('/', owner, dseq, gseq, oseq) AS order_id, concat_ws('/', owner, dseq, gseq, oseq, provider) AS lease_id
  FROM moves
  WHERE direction = 'in' AND provider IS NOT NULL AND msg IN ('MsgCreateBid', 'MsgAccountDeposit')
),
before_closing AS (
  SELECT network, height, tx_index, event_index, coin_index, msg_index, direction, account, denom, amount, take, next_bid AS lease_id
  FROM (
    SELECT v.*, b.deposit,
      sum(v.amount) OVER (PARTITION BY v.network, v.height, v.tx_index, v.next_bid ORDER BY v.next_rank) AS so_far
    FROM moves v
    LEFT JOIN bid_keys b ON b.network = v.network AND b.lease_id = v.next_bid
    WHERE v.direction = 'out' AND v.next_bid IS NOT NULL AND v.take = 0
  )
  WHERE CASE WHEN deposit IS NULL THEN next_rank = 1 ELSE so_far <= deposit END
),
lost_refunds AS (
  SELECT *, row_number() OVER (PARTITION BY network, after_lease, account, denom, amount ORDER BY event_index, coin_index) AS nth
  FROM moves v
  WHERE direction = 'out' AND msg = 'MsgCreateLease' AND after_lease IS NOT NULL AND take = 0
    AND NOT EXISTS (
      FROM before_closing x
      WHERE x.network = v.network AND x.height = v.height AND x.tx_index = v.tx_index
        AND x.event_index = v.event_index AND x.coin_index = v.coin_index
    )
),
-- A loser is who paid that deposit and did not win; of several alike, whoever bid first.
losers AS (
  SELECT i.network, i.order_id, i.lease_id, i.account, i.denom, i.amount,
    row_number() OVER (PARTITION BY i.network, i.order_id, i.account, i.denom, i.amount ORDER BY i.height, i.tx_index, i.event_index) AS nth
  FROM bid_inflows i
  ANTI JOIN lease_keys l USING (network, lease_id)
  LEFT JOIN bid_keys b USING (network, lease_id)
  LEFT JOIN lease_keys won ON won.network = i.network AND won.order_id = i.order_id
  WHERE b.closed_height IS NULL
    OR (b.closed_height, b.closed_tx, b.closed_event) > (won.created_height, won.created_tx, won.created_event)
),
after_losing AS (
  SELECT r.network, r.height, r.tx_index, r.event_index, r.coin_index, r.msg_index, r.direction, r.account, r.denom, r.amount, r.take,
    coalesce(l.lease_id, concat_ws('/', r.after_lease, r.account)) AS lease_id
  FROM lost_refunds r
  LEFT JOIN losers l
    ON l.network = r.network AND l.order_id = r.after_lease AND l.account = r.account AND l.denom = r.denom
    AND l.amount = r.amount AND l.nth = r.nth
),
bid_refunds AS (
  FROM before_closing
  UNION ALL
  FROM after_losing
),
outs AS (
  SELECT network, height, tx_index, event_index, coin_index, msg_index, direction, account, denom, amount, take, msg, legacy,
    concat_ws('/', owner, dseq) AS deployment_id
  FROM moves v
  ANTI JOIN bid_refunds r USING (network, height, tx_index, event_index, coin_index)
  WHERE v.direction = 'out' AND v.owner IS NOT NULL
),
-- Leases that a message settles: those that it closes, and the one that it withdraws from.
settled AS (
  SELECT network, closed_height AS height, closed_tx AS tx_index, closed_msg AS msg_index, deployment_id, lease_id, provider, gseq, oseq
  FROM lease_keys
  WHERE closed_height IS NOT NULL
  UNION
  SELECT network, height, tx_index, msg_index, concat_ws('/', owner, dseq), concat_ws('/', owner, dseq, gseq, oseq, provider), provider, gseq, oseq
  FROM facts.messages
  WHERE type LIKE 'akash.market.%.MsgWithdrawLease'
),
-- A debt of a lease that closed before is paid when its overdrawn escrow is topped up.
indebted AS (
  SELECT DISTINCT o.network, o.height, o.tx_index, o.msg_index, o.deployment_id, l.lease_id, l.provider, l.gseq, l.oseq
  FROM outs o
  JOIN lease_keys l ON l.network = o.network AND l.deployment_id = o.deployment_id AND l.provider = o.account
  WHERE o.msg IN ('MsgDepositDeployment', 'MsgAccountDeposit')
    AND (l.closed_height < o.height OR (l.closed_height = o.height AND l.closed_tx < o.tx_index))
),
last_withdrawals AS (
  SELECT s.network, s.lease_id, s.height, s.tx_index, s.msg_index,
    max(w.height) AS last_height
  FROM settled s
  JOIN facts.messages w
    ON w.network = s.network AND concat_ws('/', w.owner, w.dseq, w.gseq, w.oseq, w.provider) = s.lease_id
    AND w.type LIKE 'akash.market.%.MsgWithdrawLease' AND (w.height, w.tx_index) < (s.height, s.tx_index)
  GROUP BY ALL
),
candidates AS (
  SELECT s.*,
    row_number() OVER (
      PARTITION BY s.network, s.height, s.tx_index, s.msg_index, s.deployment_id, s.provider
      -- A lease with nothing accrued gets no transfer, so it stands last. Escrow keeps payments by their id as text.
      ORDER BY l.price * (s.height - coalesce(w.last_height, l.created_height, 0)) < 1, s.gseq::VARCHAR || '/' || s.oseq::VARCHAR
    ) AS nth,
    count(*) OVER (PARTITION BY s.network, s.height, s.tx_index, s.msg_index, s.deployment_id, s.provider) AS payments
  FROM (FROM settled UNION FROM indebted) s
  LEFT JOIN lease_keys l USING (network, lease_id)
  LEFT JOIN last_withdrawals w
    ON w.network = s.network AND w.lease_id = s.lease_id AND w.height = s.height AND w.tx_index = s.tx_index
    AND w.msg_index IS NOT DISTINCT FROM s.msg_index
),
ranked AS (
  SELECT o.*, c.payments,
    row_number() OVER same AS nth,
    count(*) OVER whole AS transfers,
    bool_or(o.take > 0) OVER whole AS taken
  FROM outs o
  LEFT JOIN candidates c
    ON c.network = o.network AND c.height = o.height AND c.tx_index = o.tx_index
    AND c.msg_index IS NOT DISTINCT FROM o.msg_index AND c.deployment_id = o.deployment_id AND c.provider = o.account AND c.nth = 1
  WINDOW
    whole AS (PARTITION BY o.network, o.height, o.tx_index, o.msg_index, o.deployment_id, o.account),
    same AS (whole ORDER BY o.event_index, o.coin_index)
),
-- A tenant that is its own provider gets refund and payout by the same transfer: take, then the order of the era decides.
paid AS (
  SELECT *, row_number() OVER (PARTITION BY network, height, tx_index, msg_index, deployment_id, account ORDER BY event_index, coin_index) AS payment
  FROM ranked
  WHERE payments IS NOT NULL AND (
    transfers <= payments
    OR (taken AND take > 0)
    OR (NOT taken AND CASE WHEN legacy THEN nth > transfers - payments ELSE nth <= payments END)
  )
),
payouts AS (
  SELECT p.network, p.height, p.tx_index, p.event_index, p.coin_index, p.msg_index, p.direction, p.account, p.denom, p.amount, p.take,
    c.lease_id
  FROM paid p
  JOIN candidates c
    ON c.network = p.network AND c.height = p.height AND c.tx_index = p.tx_index
    AND c.msg_index IS NOT DISTINCT FROM p.msg_index AND c.deployment_id = p.deployment_id
    AND c.provider = p.account AND c.nth = p.payment
),
-- Coins whose lease or bid is known, each in one of three ways.
known AS (
  SELECT *, 'bid_refund' AS kind FROM bid_refunds
  UNION ALL
  SELECT *, 'payout' FROM payouts
  UNION ALL
  SELECT network, height, tx_index, event_index, coin_index, msg_index, direction, account, denom, amount, take, lease_id, 'bid_deposit'
  FROM bid_inflows
)
SELECT network, height, tx_index, event_index, coin_index, msg_index, direction, account, denom, amount, take, kind, lease_id,
  regexp_extract(lease_id, '^[^/]+/[^/]+') AS deployment_id
FROM known
UNION ALL
SELECT network, height, tx_index, event_index, coin_index, msg_index, direction, account, denom, amount, take,
  CASE
    WHEN direction = 'in' AND msg IN ('MsgCreateDeployment', 'MsgDepositDeployment', 'MsgAccountDeposit') THEN 'deposit'
    -- The vault of the burn-mint engine: the exchange of all escrow funds in the ACT migration.
    WHEN account = 'akash1klpwzlvfnw7j8gtdd0cuu9vaw9ermsmd37sg55' THEN 'migration'
    WHEN direction = 'out' AND owner IS NOT NULL THEN 'refund'
    ELSE 'other'
  END,
  NULL,
  nullif(concat_ws('/', owner, dseq), '')
FROM moves
ANTI JOIN known USING (network, height, tx_index, event_index, coin_index)
