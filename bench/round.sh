#!/usr/bin/env bash
# A whole round over many feeds on loopback, as `wirecopy update` does it: first with everything new, then with nothing.
# usage: bench/round.sh [FEEDS] [BAD]      (1000 feeds of which 50 are dead, slow, endless or hostile)
# Prints wall time, processor time and peak memory of each run. Linux: every address of 127.0.0.0/8 is this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
feeds=${1:-1000} bad=${2:-50}
cargo build --release --locked --package wirecopy
mirror=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$mirror"' EXIT

cargo bench --locked --package wirecopy --bench fetch_round -- --serve "$bad" >"$mirror/port" &
server=$!
until port=$(grep -Eo '^[0-9]+$' "$mirror/port"); do sleep 0.2; done

{
    printf 'format = 1\n\n[mirror]\ntitle = "Round"\n\n[fetch]\nallow = ["127.0.0.0/8"]\n\n[publish]\nsite = false\n'
    for ((number = 0; number < feeds; number++)); do
        printf '\n[[source]]\nname = "feed-%d"\ntext = "feed"\nfeed = "http://127.1.%d.%d:%d/feed.xml"\n' \
            "$number" $((number / 256)) $((number % 256)) "$port"
    done
} >"$mirror/wirecopy.toml"

for round in "all new" "nothing new"; do
    echo "== $round"
    /usr/bin/time -f '%e s wall, %U s user, %S s system, %M kB at the most' \
        "${CARGO_TARGET_DIR:-target}/release/wirecopy" update --mirror "$mirror" --quiet 2>&1 | tail -n 1 || true # the bad feeds make it exit with 1
done
