#!/usr/bin/env bash
# One index of the Job: its part of the heights, from its endpoint, to the object store. Goes on from what an earlier pod has uploaded.
# Exit status: that of `index` (3: some heights could not be had and are recorded as gaps), 1 when the upload fails, 2 for wrong settings.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
ingest=(node "$here/../../ingest/cli.ts")

say() { echo "shard: $*" >&2; }
for name in FROM TO SHARDS STORE ENDPOINTS SCRATCH UPLOAD_SECONDS JOB_COMPLETION_INDEX; do
  [ -n "${!name:-}" ] || { say "$name is not set: see settings.yaml"; exit 2; }
done

mapfile -t endpoints < <(grep -v '^[[:space:]]*\(#\|$\)' "$ENDPOINTS")
[ ${#endpoints[@]} -gt 0 ] || { say "$ENDPOINTS names no endpoint"; exit 2; }
rpc=${endpoints[JOB_COMPLETION_INDEX % ${#endpoints[@]}]}
# Kubernetes counts from 0, --shard from 1.
shard=$((JOB_COMPLETION_INDEX + 1))
place=$STORE/shards/$FROM-$TO/$shard-of-$SHARDS
lake=$SCRATCH/shard-$shard
mkdir -p "$SCRATCH"

"$here/store.sh" get "$place" "$lake"
say "$shard of $SHARDS of heights $FROM to $TO, from $rpc"
"${ingest[@]}" index --rpc "$rpc" --lake "$lake" --from "$FROM" --to "$TO" --shard "$shard/$SHARDS" &
index=$!
# The pod is told to end: `index` stops after the write in hand, and what it has is uploaded.
trap 'kill -TERM "$index" 2> /dev/null || true' TERM INT

next=$((SECONDS + UPLOAD_SECONDS))
while kill -0 "$index" 2> /dev/null; do
  sleep 0.5
  ((SECONDS >= next)) || continue
  if [ -e "$lake/manifest.json" ]; then
    "$here/store.sh" put "$lake" "$place" || say "this upload failed; the next is in $UPLOAD_SECONDS s"
  fi
  next=$((SECONDS + UPLOAD_SECONDS))
done
status=0
wait "$index" || status=$?
[ ! -e "$lake/manifest.json" ] || "$here/store.sh" put "$lake" "$place"
exit "$status"
