"""Megabytes a second at which feedparser reads the feeds of a folder, for a comparison with
`cargo bench -p wirecopy-discover`. Usage: python3 compare.py FOLDER (pip install feedparser)."""
import pathlib, sys, time

import feedparser

feeds = [path.read_bytes() for path in pathlib.Path(sys.argv[1]).rglob("*") if path.is_file()]
size, rounds, start = sum(map(len, feeds)), 0, time.perf_counter()
while time.perf_counter() - start < 5:
    for feed in feeds:
        feedparser.parse(feed)
    rounds += 1
seconds = (time.perf_counter() - start) / rounds
print(f"feedparser {feedparser.__version__}: {len(feeds)} feeds, {size} bytes, {size / seconds / 1e6:.2f} MB/s")
