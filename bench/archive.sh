#!/usr/bin/env bash
# A large archive of the first mirrors' kind: imported, indexed again, added to, and kept for a month of hourly rounds;
# and what their flat layout costs in git for the same articles.
# usage: bench/archive.sh POSTS [DOCUMENTS]     (POSTS: a directory of real files of a seed form; 128801 documents)
# Needs some 40 kB of disk a document while it runs. Linux: feeds are served on addresses of 127.0.0.0/8.
set -euo pipefail
cd "$(dirname "$0")/.."
posts=$1 documents=${2:-128801}
programs=${CARGO_TARGET_DIR:-target}/release
cargo build --release --locked --package wirecopy --package xtask
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'format = 1\n\n[mirror]\ntitle = "Archive"\n\n[archive]\nvolume_size = "100GB"\n' >"$work/settings"

spent() { # a command, with its time and the most memory of any of its processes
    /usr/bin/time -f '%e s wall, %U s user, %S s system, %M kB at the most' "$@"
}

"$programs/xtask" generate-archive "$work/old" --documents "$documents" --from "$posts"
mkdir "$work/mirror"
cp "$work/settings" "$work/mirror/wirecopy.toml"
echo "== import"
spent "$programs/wirecopy" import archive "$work/old" --mirror "$work/mirror" | grep ' documents a second'
du -sm "$work/mirror/archive"
echo "== reindex, twice"
for _ in 1 2; do
    spent "$programs/wirecopy" reindex --mirror "$work/mirror"
done
echo "== in use"
"$programs/xtask" measure-archive "$work/mirror" --from "$posts"
echo "== the flat layout"
"$programs/xtask" measure-flat "$work/flat" --documents "$documents" --from "$posts"
