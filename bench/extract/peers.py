#!/usr/bin/env python3
"""Peers written in Python over the same pages as `extract-bench`, in one thread: processor time, and
predictions for the evaluation sets' own scorer.

usage: peers.py SETS OUTPUT [ENGINE...]      (pip install trafilatura==2.3.1 resiliparse==2.0.1)
"""

import gzip
import json
import sys
import time
from pathlib import Path


def resiliparse_engine(html, url):
    from resiliparse.extract.html2text import extract_plain_text
    return {"body": extract_plain_text(html, main_content=True)}


def trafilatura_engine(html, url):
    import trafilatura
    found = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {"body": found.text, "title": found.title, "author": found.author, "date": found.date}


ENGINES = {"resiliparse": resiliparse_engine, "trafilatura-python": trafilatura_engine}


def pages(sets):
    for directory in sorted(Path(sets).iterdir()):
        for line in (directory / "dev" / "gold.jsonl").open(encoding="utf-8"):
            gold = json.loads(line)
            raw = gzip.open(directory / "dev" / f"{gold['id']}.html.gz").read()
            yield directory.name, gold, raw.decode(gold.get("charset") or "utf-8", "replace")


def run(name, engine, sets, output):
    total, count = 0.0, 0
    with open(Path(output) / f"{name}.jsonl", "w", encoding="utf-8") as out:
        for set_name, gold, html in pages(sets):
            start = time.thread_time()
            try:
                found = engine(html, gold.get("url"))
            except Exception as error:  # A peer's fault costs it the page.
                found = {"error": repr(error)}
            total, count = total + time.thread_time() - start, count + 1
            out.write(json.dumps(found | {"set": set_name, "id": gold["id"]}) + "\n")
    print(f"| {name} | {total:.2f} | {count / total:.0f} |", flush=True)


if __name__ == "__main__":
    sets, output, *wanted = sys.argv[1:]
    print("| engine | CPU s | pages/s |\n|---|---|---|")
    for name, engine in ENGINES.items():
        if not wanted or name in wanted:
            run(name, engine, sets, output)
