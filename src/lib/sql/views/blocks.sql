-- Header times of every indexed block.
SELECT network, height, time, txs, 'header' AS time_basis
FROM facts.blocks
