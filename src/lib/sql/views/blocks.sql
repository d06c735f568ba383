-- Times of every indexed block, and of those at which something happened that only the state remembers.
SELECT network, height, time, txs, basis AS time_basis, error_s AS time_error_s
FROM times
