"""The articles of a table that ``wirecopy.spark`` wrote, as the JSON lines that ``wirecopy import articles`` reads.

``python -m wirecopy.lines out/articles --site hill.example > articles.jsonl`` prints those of a site.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, Optional

import pyarrow.compute
import pyarrow.dataset

__all__ = ["article_lines"]

# Columns that go into a line, by the name that they have there.
_NAMES = {
    "url": "url",
    "fetched": "fetched",
    "status": "status",
    "title": "title",
    "authors": "author",
    "published": "date",
    "modified": "modified",
    "language": "language",
    "sitename": "site_name",
    "canonical_url": "canonical_url",
    "image": "image",
    "image_caption": "image_caption",
    "description": "summary",
    "tags": "tags",
    "html": "html",
}

# Rows held at once: articles are a few kilobytes, and the largest some megabytes.
_ROWS = 256


def article_lines(table: str, where: Optional[pyarrow.compute.Expression] = None) -> Iterator[str]:
    """A line of JSON, without its end, for each article in ``table`` of which ``where`` holds, in the table's order.

    ``table`` is a directory or file of Parquet, or an address that pyarrow opens. ``where`` speaks of the table's
    columns: ``pyarrow.compute.field("language") == "en"``. Rows whose status is not ``ok`` are left out. A batch of rows
    is held at a time.

    Raises ``ValueError`` where a column is missing that an article is recorded by.
    """
    files = pyarrow.dataset.dataset(table, format="parquet")
    lacking = [name for name in _NAMES if name not in files.schema.names]
    if lacking:
        raise ValueError(f"{table} has no column {', '.join(lacking)}: extract the WARCs again with this version")
    has_article = pyarrow.compute.field("status") == "ok"
    chosen = has_article if where is None else has_article & where
    for batch in files.to_batches(columns=list(_NAMES), filter=chosen, batch_size=_ROWS, batch_readahead=1):
        for row in batch.to_pylist():
            yield _line(row)


def _line(row: dict[str, Any]) -> str:
    line = {name: row[column] for column, name in _NAMES.items() if row[column] is not None}
    return json.dumps(line, ensure_ascii=False)


def _chosen(arguments: argparse.Namespace) -> Optional[pyarrow.compute.Expression]:
    """What the command's options ask for, which ``wirecopy import articles`` looks at more closely."""
    where = None
    for column, pattern, values in (
        ("url", r"^https?://([^/?#@]*\.)?{}(:[0-9]+)?([/?#]|$)", arguments.site),
        ("language", r"^(?i:{})(-|$)", arguments.language),
    ):
        for_each = [
            pyarrow.compute.match_substring_regex(pyarrow.compute.field(column), pattern.format(_quoted(value)))
            for value in values
        ]
        if for_each:
            either = for_each[0]
            for other in for_each[1:]:
                either = either | other
            where = either if where is None else where & either
    return where


def _quoted(text: str) -> str:
    """The text as RE2 matches it literally."""
    return "".join(letter if letter.isalnum() or letter in "-_" else f"\\{letter}" for letter in text)


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m wirecopy.lines", description="Articles of a table as JSON lines.")
    parser.add_argument("table", help="the directory `articles` that wirecopy.spark wrote")
    parser.add_argument("--site", action="append", default=[], metavar="HOST", help="only of this host and those below it")
    parser.add_argument("--language", action="append", default=[], metavar="TAG", help="only in this language")
    arguments = parser.parse_args()
    for line in article_lines(arguments.table, _chosen(arguments)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    _main()
