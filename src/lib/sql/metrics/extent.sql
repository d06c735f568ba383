-- First and last block indexed.
SELECT min(height) AS first_height, max(height) AS last_height, min(time) AS first_at, max(time) AS last_at FROM blocks
