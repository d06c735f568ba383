#!/usr/bin/env bash
# Copies a lake to and from an object store. Its data files are there, each with its size, before its manifest is: no reader sees half a lake.
#   store.sh put LAKE PLACE      uploads what the lake's manifest lists; another process may be writing to the lake
#   store.sh get PLACE LAKE      downloads it; where PLACE holds no lake, does nothing
#   store.sh tables LAKE PLACE   uploads the public tables alone, a folder for each, for readers that take folders (Hive, Trino, Athena)
# A PLACE is what rclone takes: `remote:bucket/prefix` (remotes are set by RCLONE_CONFIG_… variables), or a folder.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "store: $*" >&2; }

# Lines `table;path;bytes` of the files in the manifest, wherever in it they stand, or of those in one of its lists.
files() {
  node -e '
    const manifest = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))
    const walk = (v) => {
      if (v === null || typeof v !== "object") return
      if ("path" in v && "sha256" in v) console.log(`${v.table};${v.path};${v.bytes}`)
      else Object.values(v).forEach(walk)
    }
    walk(process.argv[2] ? manifest[process.argv[2]] : manifest)
  ' "$work/manifest.json" "$@"
}

# Copies what the manifest lists. rclone says nothing of listed files that are not there, so they are looked for afterwards.
# A name stands for the same bytes for ever: other bytes under it are an error, not a change.
copy_files() {
  files | cut -d ';' -f 2,3 | sort > "$work/listed"
  [ -s "$work/listed" ] || return 0
  cut -d ';' -f 1 "$work/listed" > "$work/paths"
  rclone copy --checksum --immutable --files-from-raw "$work/paths" "$1" "$2"
  rclone lsf --recursive --fast-list --files-only --format ps --separator ';' "$2" | sort > "$work/there"
  comm -23 "$work/listed" "$work/there" > "$work/lacking"
  [ -s "$work/lacking" ] || return 0
  say "$(wc -l < "$work/lacking") of $(wc -l < "$work/listed") files are not in $2, first $(head -n 1 "$work/lacking"): its manifest stays as it was"
  exit 1
}

put() {
  cp "$1/manifest.json" "$work/manifest.json"
  copy_files "$1" "$2"
  rclone copyto "$work/manifest.json" "$2/manifest.json"
  say "$1 is in $2: $(wc -l < "$work/listed") files"
}

get() {
  local status=0
  rclone copyto "$1/manifest.json" "$work/manifest.json" 2> "$work/errors" || status=$?
  # What is not there is status 3 or 4, and of S3 status 0 without a file. A store that can't be reached is no empty store.
  case $status in
    0 | 3 | 4) [ -e "$work/manifest.json" ] || { say "$1 holds no lake yet"; return; } ;;
    *) cat "$work/errors" >&2; say "$1 cannot be read"; exit 1 ;;
  esac
  mkdir -p "$2"
  copy_files "$1" "$2"
  cp "$work/manifest.json" "$2/manifest.json.tmp"
  mv "$2/manifest.json.tmp" "$2/manifest.json"
  say "$1 is in $2: $(wc -l < "$work/listed") files"
}

tables() {
  cp "$1/manifest.json" "$work/manifest.json"
  files marts > "$work/marts"
  while IFS=';' read -r table path _; do
    rclone copyto --checksum --immutable "$1/$path" "$2/$table/${path##*/}" < /dev/null
  done < "$work/marts"
  say "$(wc -l < "$work/marts") tables of $1 are in $2, a folder for each"
}

case "${1:-} $#" in
  'put 3' | 'get 3' | 'tables 3') "$@" ;;
  *) say 'use: store.sh put LAKE PLACE | get PLACE LAKE | tables LAKE PLACE'; exit 2 ;;
esac
