-- Internal: times of blocks. Of indexed ones from their headers. Of heights that only the state tells of, interpolated between anchors:
-- headers at the edges of what is indexed and others that were read, dates of upgrades, and Console's deployment numbers, which are
-- millisecond clocks a few seconds before the block. Times never fall with the height, so a time lies between those of its two anchors,
-- give or take their own errors: that is the bound. What lies outside all anchors has no time.
WITH headers AS (
  SELECT b.network, b.height, b.time
  FROM facts.blocks b
  JOIN (
    SELECT network, from_height AS height FROM covered
    UNION
    SELECT network, to_height FROM covered
  ) e USING (network, height)
  UNION
  SELECT network, height, time
  FROM facts.anchors
  WHERE error_s = 0
),
-- Where headers are known: the chain's pace, and a place to start from.
paces AS (
  SELECT network, min(height) AS height, min(time) AS time,
    (epoch_us(max(time)) - epoch_us(min(time))) / nullif(max(height) - min(height), 0) AS pace_us
  FROM headers
  GROUP BY network
),
stamped AS (
  SELECT d.network, d.created_height AS height, d.dseq::BIGINT * 1000 AS us
  FROM facts.state_deployments d
  JOIN paces p USING (network)
  -- Milliseconds of the years 2021 to 2096. Owners may choose any number: it must fit the pace of the chain, and its neighbours.
  WHERE regexp_matches(d.dseq, '^(1[6-9]|[23][0-9])[0-9]{11}$')
    AND abs(epoch_us(p.time) - (p.height - d.created_height) * p.pace_us - d.dseq::BIGINT * 1000)
      <= 3600e6 + 0.3 * abs(p.height - d.created_height) * p.pace_us
),
neighbours AS (
  SELECT *,
    list(us) OVER (PARTITION BY network ORDER BY height, us ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING) AS before,
    list(us) OVER (PARTITION BY network ORDER BY height, us ROWS BETWEEN 1 FOLLOWING AND 10 FOLLOWING) AS after
  FROM stamped
),
-- A number that is out of order with a quarter of its neighbours is no clock. A minute is left for clocks that are set wrong.
clocks AS (
  SELECT network, height, max(us) + 6000000 AS us
  FROM neighbours
  WHERE len(list_filter(coalesce(before, []), lambda t: t > us + 60000000)) + len(list_filter(coalesce(after, []), lambda t: t < us - 60000000))
    < greatest(1, (len(coalesce(before, [])) + len(coalesce(after, []))) / 4)
  GROUP BY network, height
),
precise AS (
  SELECT network, height, epoch_us(time) AS us, 0 AS error_us FROM headers
  UNION ALL
  SELECT c.network, c.height, c.us, 60000000
  FROM clocks c
  ANTI JOIN headers h USING (network, height)
),
anchors AS (
  SELECT network, height, us, error_us FROM precise
  UNION ALL
  -- Dates of upgrades are rough: they serve where nothing better reaches.
  SELECT a.network, a.height, epoch_us(a.time), (a.error_s * 1000000)::BIGINT
  FROM facts.anchors a
  WHERE a.error_s > 0 AND a.height < (SELECT min(p.height) FROM precise p WHERE p.network = a.network)
),
-- A header is certain: no clock before it may be later, none after it earlier.
bounded AS (
  SELECT a.network, a.height, a.error_us,
    greatest(least(a.us, coalesce(epoch_us(hi.time), a.us)), coalesce(epoch_us(lo.time), a.us)) AS us
  FROM anchors a
  ASOF LEFT JOIN headers lo ON lo.network = a.network AND a.height >= lo.height
  ASOF LEFT JOIN headers hi ON hi.network = a.network AND a.height <= hi.height
),
rising AS (
  SELECT network, height, error_us, max(us) OVER (PARTITION BY network ORDER BY height) AS us
  FROM bounded
),
between AS (
  SELECT s.network, s.height, lo.us AS lo_us, lo.error_us AS lo_error, hi.us AS hi_us, hi.error_us AS hi_error,
    lo.us + CASE WHEN hi.height > lo.height THEN ((hi.us - lo.us) * ((s.height - lo.height) / (hi.height - lo.height)))::BIGINT ELSE 0 END AS us
  FROM state_heights s
  ASOF JOIN rising lo ON lo.network = s.network AND s.height >= lo.height
  ASOF JOIN rising hi ON hi.network = s.network AND s.height <= hi.height
)
SELECT network, height, time, txs, 'header' AS basis, 0::DOUBLE AS error_s
FROM facts.blocks
UNION ALL
SELECT network, height, make_timestamp(us), NULL, 'interpolated',
  greatest(us - (lo_us - lo_error), (hi_us + hi_error) - us) / 1e6
FROM between
