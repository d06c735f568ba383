-- Internal: heights below or between the indexed ones at which, as the state tells, something happened.
SELECT DISTINCT network, height
FROM known_events
WHERE basis = 'state'
