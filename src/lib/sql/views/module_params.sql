-- Parameters of modules over time. A statement that lists all parameters of its module replaces all of them, any other one the parameter
-- that it names, for every denom. Between equal values nothing changes, whoever stated them. The state lists what is in force, not since when.
WITH passed AS (
  SELECT network, proposal_id, height, event_index
  FROM facts.proposal_results
  QUALIFY row_number() OVER (PARTITION BY network, proposal_id ORDER BY height DESC, event_index DESC) = 1 AND result = 'proposal_passed'
),
tips AS (
  SELECT network, max(height) AS tip
  FROM facts.blocks
  GROUP BY network
),
-- One plan at a time: a later one takes its place, or calls it off.
planned AS (
  SELECT p.network, p.proposal_id, p.name, p.upgrade_height,
    lead(d.height) OVER (PARTITION BY p.network ORDER BY d.height, d.event_index, p.param_index) AS replaced
  FROM facts.upgrade_plans p
  JOIN passed d USING (network, proposal_id)
),
upgrades AS (
  SELECT network, name, upgrade_height AS height, ', planned by proposal ' || proposal_id AS told
  FROM planned
  JOIN tips USING (network)
  WHERE name IS NOT NULL AND upgrade_height <= tip AND coalesce(upgrade_height <= replaced, true)
  UNION ALL
  SELECT network, name, upgrade_height, ''
  FROM facts.upgrade_plans
  WHERE proposal_id IS NULL
),
-- `stage` orders statements that come into force at one height: what the block before decided stands first.
stated AS (
  SELECT network, module, whole, param, denom, value, height AS from_height, 1 AS stage, tx_index, event_index, param_index,
    'genesis' AS basis, 'genesis' AS source
  FROM facts.param_statements
  WHERE basis = 'genesis'
  UNION ALL
  SELECT s.network, module, whole, param, denom, value, s.height + 1, 0, s.tx_index, event_index, param_index,
    'executed', coalesce('transaction ' || x.hash, 'block ' || s.height)
  FROM facts.param_statements s
  LEFT JOIN facts.txs x USING (network, height, tx_index)
  WHERE basis = 'executed'
  UNION ALL
  SELECT s.network, module, whole, param, denom, value, d.height + 1, 0, 1000000, d.event_index, param_index,
    'governance', 'proposal ' || proposal_id
  FROM facts.param_statements s
  JOIN passed d USING (network, proposal_id)
  UNION ALL
  SELECT u.network, e.module, e.whole, e.param, e.denom, e.value, u.height, 1, 0, 0, 0,
    'upgrade', u.name || u.told || ': ' || e.source
  FROM (SELECT network, name, height, max(told) AS told FROM upgrades GROUP BY network, name, height) u
  JOIN upgrade_params e ON e.upgrade = u.name
  UNION ALL
  SELECT network, module, true, param, denom, value, read_height + 1, 0, 2000000, 0, param_index,
    'state', 'state at height ' || read_height
  FROM facts.state_params
),
statements AS (
  SELECT DISTINCT network, module, CASE WHEN NOT whole THEN param END AS only_param, from_height, stage, tx_index, event_index
  FROM stated
),
spans AS (
  SELECT s.network, s.module, s.param, s.denom, s.value, s.basis, s.source, s.from_height, min(e.from_height) AS until
  FROM (
    FROM stated
    QUALIFY row_number() OVER (
      PARTITION BY network, module, param, denom, from_height ORDER BY stage DESC, tx_index DESC, event_index DESC, param_index DESC
    ) = 1
  ) s
  LEFT JOIN statements e
    ON e.network = s.network AND e.module = s.module AND (e.only_param IS NULL OR e.only_param = s.param)
    AND (e.from_height, e.stage, e.tx_index, e.event_index) > (s.from_height, s.stage, s.tx_index, s.event_index)
  WHERE s.value IS NOT NULL
  GROUP BY ALL
),
starts AS (
  SELECT *,
    lag(value) OVER same IS DISTINCT FROM value OR lag(until) OVER same IS DISTINCT FROM from_height AS starts
  FROM spans
  WHERE until IS NULL OR until > from_height
  WINDOW same AS (PARTITION BY network, module, param, denom ORDER BY from_height)
),
runs AS (
  SELECT *, count(*) FILTER (starts) OVER (PARTITION BY network, module, param, denom ORDER BY from_height) AS run
  FROM starts
)
SELECT r.network, r.module, r.param, r.denom, r.value, TRY_CAST(r.value AS DECIMAL(38, 18)) AS number,
  r.valid_from_height, b.time AS valid_from_time, r.valid_to_height, r.basis, r.source
FROM (
  SELECT network, module, param, denom, value, nullif(min(from_height), min(from_height) FILTER (basis = 'state')) AS valid_from_height,
    CASE WHEN bool_and(until IS NOT NULL) THEN max(until) - 1 END AS valid_to_height,
    arg_min(basis, from_height) AS basis, arg_min(source, from_height) AS source
  FROM runs
  GROUP BY network, module, param, denom, value, run
) r
LEFT JOIN facts.blocks b ON b.network = r.network AND b.height = r.valid_from_height
ORDER BY r.module, r.param, r.denom, r.valid_from_height NULLS FIRST
