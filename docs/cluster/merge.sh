#!/usr/bin/env bash
# All shards into one lake, checked, with its tables built, to the object store. Adds to the lake that is there already.
# Exit status: 1 when a shard is not there or not finished, or the lake does not pass; 2 for wrong settings.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
ingest=(node "$here/../../ingest/cli.ts")

say() { echo "merge: $*" >&2; }
for name in FROM TO SHARDS STORE SCRATCH; do
  [ -n "${!name:-}" ] || { say "$name is not set: see settings.yaml"; exit 2; }
done
lake=$SCRATCH/lake
part=$SCRATCH/shard
mkdir -p "$SCRATCH"

"$here/store.sh" get "$STORE/lake" "$lake"
# One by one, so that the disk holds the lake and one shard.
for ((shard = 1; shard <= SHARDS; shard++)); do
  rm -rf "$part"
  "$here/store.sh" get "$STORE/shards/$FROM-$TO/$shard-of-$SHARDS" "$part"
  [ -e "$part/manifest.json" ] || { say "shard $shard of $SHARDS is not there: run its index of the Job again"; exit 1; }
  "${ingest[@]}" merge --lake "$lake" "$part"
done
rm -rf "$part"

unknown=$("${ingest[@]}" query --lake "$lake" --format csv "
  SELECT $TO - $FROM + 1 - coalesce(sum(least(to_height, $TO) - greatest(from_height, $FROM) + 1), 0) AS heights
  FROM coverage WHERE status IN ('done', 'missing', 'pruned') AND to_height >= $FROM AND from_height <= $TO" | tail -n 1)
if [ "$unknown" != 0 ]; then
  say "$unknown of the heights $FROM to $TO are neither indexed nor recorded as gaps: a shard is not finished. Run the Job again, then this"
  exit 1
fi

"${ingest[@]}" build --lake "$lake"
"${ingest[@]}" verify --lake "$lake"
"$here/store.sh" put "$lake" "$STORE/lake"
sum=$(sha256sum "$lake/manifest.json")
"$here/store.sh" tables "$lake" "$STORE/tables/${sum:0:16}"
say "done: $STORE/lake, manifest sha256 ${sum%% *}"
