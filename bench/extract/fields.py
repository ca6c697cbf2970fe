#!/usr/bin/env python3
"""Scores the fields that the evaluation sets' own scorer does not know: language, canonical URL and lead image.

usage: fields.py SETS NAME=PREDICTIONS.jsonl...

    language       the same primary subtag (BCP 47) as the gold's, where the gold has one
    canonical_url  the gold's address without scheme, `www.`, query and a slash at the end
    image          one of the pictures that the gold names (a picture in several widths counts by its file: the longest
                   part of the path that holds a digit and eight or more letters and digits)

A prediction without the field counts as wrong. A share for each set and engine, of the pages whose gold has the field.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit


def language(value):
    return re.split("[-_]", value)[0].lower()


def address(value):
    parts = urlsplit(value)
    return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/")


def picture(value):
    """The part of an address that stays the same from width to width."""
    words = re.findall(r"[\w-]{8,}", unquote(value).split("://")[-1])
    named = [word for word in words if re.search(r"\d", word)]
    return max(named or words or [value], key=len)


def right(field, gold, found):
    if field == "language":
        return language(gold["lang"]) == language(found)
    if field == "canonical_url":
        return address(gold["url"]) == address(found)
    return found in gold["image"] or picture(found) in {picture(one) for one in gold["image"]}


def main():
    sets, *engines = sys.argv[1:]
    wanted = {"language": "lang", "canonical_url": "url", "image": "image"}
    print("| engine | set | " + " | ".join(wanted) + " |\n|---|---|---|---|---|")
    for engine in engines:
        name, path = engine.split("=", 1)
        lines = map(json.loads, open(path, encoding="utf-8"))
        predictions = {(line["set"], str(line["id"])): line for line in lines}
        for directory in sorted(Path(sets).iterdir()):
            counts = defaultdict(lambda: [0, 0])
            for gold in map(json.loads, open(directory / "dev" / "gold.jsonl", encoding="utf-8")):
                found = predictions.get((directory.name, str(gold["id"])), {})
                for field, key in wanted.items():
                    if gold.get(key):
                        counts[field][1] += 1
                        counts[field][0] += bool(found.get(field)) and right(field, gold, found[field])
            shares = [f"{counts[f][0] / counts[f][1]:.3f} ({counts[f][1]})" if counts[f][1] else "" for f in wanted]
            print(f"| {name} | {directory.name} | " + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
