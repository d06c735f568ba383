/** What must hold of the public tables of any lake, whatever it covers, and of them against the facts. Each query gives the rows that break it. */

export type Invariant = { readonly name: string; readonly sql: string }

const unique = (table: string, id: string): Invariant => ({
  name: `${table}: ${id} is unique`,
  sql: `SELECT network, ${id}, count(*) AS rows FROM ${table} GROUP BY ALL HAVING count(*) > 1`
})

const endsAfterStart = (table: string, id: string): Invariant => ({
  name: `${table}: closed_height is not below created_height`,
  sql: `SELECT ${id}, created_height, closed_height FROM ${table} WHERE closed_height < created_height`
})

const notNegative = (table: string, column: string): Invariant => ({
  name: `${table}: ${column} is not negative`,
  sql: `SELECT * FROM ${table} WHERE ${column} < 0`
})

/** Opened minus closed up to and including a day is what is active at its end. Rows created before what is indexed count as opened. */
const flowIsStock = (table: string): Invariant => ({
  name: `${table}: opened − closed = active on every day`,
  sql: `
    WITH days AS (
      SELECT DISTINCT network, CAST(unnest([created_at, closed_at]) AS DATE) AS day FROM ${table}
    )
    SELECT d.network, d.day,
      count(*) FILTER (coalesce(CAST(t.created_at AS DATE) <= d.day, true)) AS opened,
      count(*) FILTER (CAST(t.closed_at AS DATE) <= d.day) AS closed,
      count(*) FILTER (coalesce(CAST(t.created_at AS DATE) <= d.day, true) AND (t.closed_height IS NULL OR CAST(t.closed_at AS DATE) > d.day)) AS active
    FROM days d JOIN ${table} t USING (network)
    WHERE d.day IS NOT NULL
    GROUP BY ALL
    HAVING opened - closed <> active`
})

const leaseIsKnown: Invariant = {
  name: 'lease_gpus: lease_id is in leases',
  sql: 'SELECT g.network, g.lease_id FROM lease_gpus g ANTI JOIN leases l USING (network, lease_id)'
}

/** A payout for a lease that is not there, although every block from its deployment's creation on is indexed. */
const payoutHasLease: Invariant = {
  name: 'payouts: lease_id is in leases, where all of its deployment is indexed',
  sql: `
    WITH lost AS (
      SELECT p.network, p.lease_id, p.height, d.created_height
      FROM payouts p ANTI JOIN leases l USING (network, lease_id)
        JOIN deployments d ON d.network = p.network AND starts_with(p.lease_id, d.deployment_id || '/')
    )
    SELECT l.network, l.lease_id, l.height
    FROM lost l JOIN coverage c ON c.network = l.network AND c.status = 'done' AND c.from_height <= l.height AND c.to_height >= l.created_height
    GROUP BY ALL
    HAVING sum(least(c.to_height, l.height) - greatest(c.from_height, l.created_height) + 1) = l.height - any_value(l.created_height) + 1`
}

/**
 * A closed lease has cost what it accrued, to within one micro-unit for each payout and one for the last: the chain truncates each.
 * Left out: escrows that ran dry, prices that an upgrade changed, and leases with heights that are not indexed. Doubles hold
 * amounts to 15 digits, hence the slack.
 */
const accrualIsPaid: Invariant = {
  name: 'leases: what a closed lease accrued was paid, to within one micro-unit for each payout',
  sql: `
    WITH paid AS (
      SELECT network, lease_id, count(*) AS payouts, sum(amount + take) AS paid, bool_or(p.denom <> l.denom) AS other_denom
      FROM payouts p JOIN leases l USING (network, lease_id)
      GROUP BY ALL
    ),
    seen AS (
      SELECT l.network, l.lease_id, sum(least(c.to_height, l.closed_height) - greatest(c.from_height, l.created_height) + 1) AS blocks
      FROM leases l JOIN coverage c ON c.network = l.network AND c.status = 'done'
        AND c.from_height <= l.closed_height AND c.to_height >= l.created_height
      GROUP BY ALL
    ),
    lease AS (
      SELECT l.lease_id, CAST(l.price_per_block AS DOUBLE) * (l.closed_height - l.created_height) AS accrued,
        coalesce(CAST(p.paid AS DOUBLE), 0) AS paid, coalesce(p.payouts, 0) AS payouts
      FROM leases l JOIN seen s USING (network, lease_id) LEFT JOIN paid p USING (network, lease_id)
      WHERE s.blocks = l.closed_height - l.created_height + 1
        AND l.ran_dry_height IS NULL AND l.close_reason IS DISTINCT FROM 'insufficient_funds'
        AND NOT coalesce(p.other_denom, false)
    )
    SELECT * FROM lease
    WHERE accrued - paid < -1e-6 - accrued * 1e-14 OR accrued - paid >= payouts + 1 + accrued * 1e-14`
}

/** Every unit that leaves escrow is told by a public table, as a payout with its take, a refund, a returned bid deposit, or the exchange of a migration. */
const outflowIsTold: Invariant = {
  name: 'escrow: every unit that leaves is a payout, take, refund, returned bid deposit or exchanged',
  sql: `
    WITH left_escrow AS (
      SELECT network, height, denom, sum(amount + take) AS units FROM facts.transfers WHERE direction = 'out' GROUP BY ALL
    ),
    told AS (
      SELECT network, height, denom, sum(units) AS units
      FROM (
        SELECT network, height, denom, amount + take AS units FROM payouts
        UNION ALL
        SELECT network, height, denom, amount FROM escrow_flows WHERE kind IN ('refund', 'bid_refund')
        UNION ALL
        -- What a migration takes out it burns in the same block.
        SELECT network, height, denom, amount FROM facts.vault_supply s
        WHERE kind = 'burn' AND EXISTS (
          FROM escrow_flows f WHERE f.kind = 'migration' AND f.network = s.network AND f.height = s.height AND f.denom = s.denom
        )
      )
      GROUP BY ALL
    )
    SELECT network, height, denom, l.units AS left_escrow, t.units AS told
    FROM left_escrow l LEFT JOIN told t USING (network, height, denom)
    WHERE l.units IS DISTINCT FROM t.units`
}

/** Of deployments whose every block is indexed. A migration changes denoms, so those that lived through one are left out. */
const outflowIsCovered: Invariant = {
  name: 'escrow: no deployment gets more out than was put in, and a closed one all of it but fractions',
  sql: `
    WITH moved AS (
      SELECT network, deployment_id, denom, height, amount AS put_in, 0 AS got_out, 0 AS parts FROM escrow_flows WHERE kind = 'deposit'
      UNION ALL
      SELECT network, deployment_id, denom, height, 0, amount, 1 FROM escrow_flows WHERE kind = 'refund'
      UNION ALL
      SELECT network, array_to_string(string_split(lease_id, '/')[:2], '/'), denom, height, 0, amount + take, 1 FROM payouts
    ),
    sums AS (
      SELECT network, deployment_id, denom, max(height) AS last_height, sum(put_in) AS put_in, sum(got_out) AS got_out, sum(parts) AS parts
      FROM moved
      GROUP BY ALL
    ),
    seen AS (
      SELECT s.*, d.created_height, d.closed_height,
        sum(least(c.to_height, s.last_height) - greatest(c.from_height, d.created_height) + 1) AS blocks
      FROM sums s
      JOIN deployments d USING (network, deployment_id)
      JOIN coverage c ON c.network = s.network AND c.status = 'done' AND c.from_height <= s.last_height AND c.to_height >= d.created_height
      WHERE NOT EXISTS (
        FROM escrow_flows f
        WHERE f.kind = 'migration' AND f.network = s.network AND f.height BETWEEN d.created_height AND coalesce(d.closed_height, f.height)
      )
      GROUP BY ALL
    )
    SELECT network, deployment_id, denom, put_in, got_out
    FROM seen
    WHERE blocks = last_height - created_height + 1
      AND (got_out > put_in OR (closed_height IS NOT NULL AND put_in - got_out > parts))`
}

/** Two values of one parameter at one height. */
const oneValue: Invariant = {
  name: 'module_params: a parameter has one value at a height',
  sql: `
    SELECT network, module, param, denom, valid_from_height, valid_to_height
    FROM module_params
    WINDOW same AS (PARTITION BY network, module, param, denom ORDER BY valid_from_height NULLS FIRST)
    QUALIFY valid_to_height < valid_from_height
      OR coalesce(valid_to_height >= lead(valid_from_height) OVER same, lead(valid_from_height) OVER same IS NOT NULL)`
}

/**
 * Of snapshots that were read at one height. Deposits and what payments hold back are all that escrow has: equal on every recording
 * but across the migration of v2.0, which rounds each deposit once.
 */
const escrowIsBacked: Invariant = {
  name: 'state: the balance of escrow is its deposits and what was not paid out yet, to one micro-unit for each',
  sql: `
    WITH owed AS (
      SELECT network, denom, sum(amount) AS owed, count(*) AS parts, min(read_height) AS low, max(read_height) AS high
      FROM (
        SELECT network, read_height, denom, amount FROM facts.state_funds WHERE kind = 'deposit'
        UNION ALL
        SELECT network, read_height, payment_denom, balance FROM facts.state_leases WHERE balance <> 0
      )
      GROUP BY ALL
    ),
    heights AS (
      SELECT network, min(low) AS low, max(high) AS high FROM owed GROUP BY ALL
    )
    SELECT network, denom, owed, b.amount AS held
    FROM owed o
    FULL JOIN (FROM facts.state_balances WHERE holder = 'escrow') b USING (network, denom)
    JOIN heights h USING (network)
    WHERE h.low = h.high AND (SELECT count(*) FROM facts.state_balances s WHERE s.network = h.network AND s.read_height = h.low) > 0
      AND abs(coalesce(owed, 0) - coalesce(b.amount, 0)) > coalesce(parts, 0)`
}

export const INVARIANTS: readonly Invariant[] = [
  unique('deployments', 'deployment_id'),
  unique('orders', 'order_id'),
  unique('bids', 'lease_id'),
  unique('leases', 'lease_id'),
  unique('providers', 'provider'),
  endsAfterStart('deployments', 'deployment_id'),
  endsAfterStart('orders', 'order_id'),
  endsAfterStart('bids', 'lease_id'),
  endsAfterStart('leases', 'lease_id'),
  flowIsStock('deployments'),
  flowIsStock('orders'),
  flowIsStock('leases'),
  payoutHasLease,
  leaseIsKnown,
  notNegative('payouts', 'amount'),
  notNegative('payouts', 'take'),
  notNegative('escrow_flows', 'amount'),
  notNegative('deployments', 'deposited'),
  notNegative('deployments', 'refunded'),
  notNegative('leases', 'price_per_block'),
  notNegative('bids', 'price_per_block'),
  accrualIsPaid,
  outflowIsTold,
  outflowIsCovered,
  oneValue,
  escrowIsBacked
]
