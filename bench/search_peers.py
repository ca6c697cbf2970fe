#!/usr/bin/env python3
"""Indexes a mirror's documents with SQLite's FTS5 (trigram) and with tantivy, and asks both the given queries.

usage: bench/search_peers.py MIRROR QUERIES
Needs the package `tantivy` of PyPI; SQLite is Python's own.

Each answer is the first ten documents by rank with an excerpt, as a search page shows them, asked 20 times after once to
warm the caches. Tantivy has no tokenizer for Chinese, so it is given pairs of letters as if they were words, by which any two
letters are found as they are by Wirecopy; a query is then a phrase of pairs for each of its words. Only queries of plain
words, all of which are to be found, are asked: the three have no other syntax in common.
"""

import html
import os
import pathlib
import re
import resource
import sqlite3
import sys
import tempfile
import time

import tantivy

from hugo_site import HEAD, TRAILER, documents

TIMES = 20
TAGS = re.compile(r"<[^>]*>")


def cpu():
    """CPU seconds of this process so far, of user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def texts(mirror):
    """Title and plain text of every document."""
    for _, document in documents(mirror):
        head = HEAD.match(document)
        trailer = TRAILER.search(document)
        body = document[head.end() : trailer.start() if trailer else None]
        yield head[2], html.unescape(TAGS.sub(" ", body))


def plain(queries):
    """The queries that are words alone."""
    lines = queries.read_text("utf-8").splitlines()
    return [line for line in lines if not re.search(r'[":|]|\bOR\b|(^|\s)-', line)]


def fts5(rows, directory):
    """An index of SQLite, as a function from a query to its first answer."""
    base = sqlite3.connect(directory / "fts5.sqlite")
    base.execute("CREATE VIRTUAL TABLE found USING fts5(title, body, tokenize='trigram')")
    base.executemany("INSERT INTO found VALUES (?, ?)", rows)
    base.execute("INSERT INTO found(found) VALUES ('optimize')")
    base.commit()
    first = "SELECT title, snippet(found, 1, '<', '>', '…', 30) FROM found WHERE found MATCH ? ORDER BY rank LIMIT 10"

    def ask(query):
        words = " ".join('"' + word + '"' for word in query.split())
        return base.execute(first, (words,)).fetchall()

    return ask


def in_pairs(text):
    """The pairs of neighbouring letters of a text, in their order."""
    words = text.lower().split()
    return [word[place : place + 2] for word in words for place in range(max(len(word) - 1, 1))]


def pairs(rows, directory):
    """An index of tantivy, as a function from a query to its first answer."""
    schema = tantivy.SchemaBuilder()
    for name in ("title", "body"):
        schema = schema.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    schema = schema.add_text_field("pairs", tokenizer_name="pairs", index_option="position").build()
    (directory / "tantivy").mkdir()
    index = tantivy.Index(schema, str(directory / "tantivy"))
    index.register_tokenizer("pairs", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(256 << 20, 1)
    for title, body in rows:
        both = " ".join(in_pairs(title + " " + body))
        writer.add_document(tantivy.Document(title=title, body=body, pairs=both))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def word(text):
        parts = in_pairs(text)
        if len(parts) > 1:
            return tantivy.Occur.Must, tantivy.Query.phrase_query(schema, "pairs", parts)
        return tantivy.Occur.Must, tantivy.Query.term_query(schema, "pairs", parts[0])

    def ask(query):
        asked = tantivy.Query.boolean_query([word(text) for text in query.split()])
        found = [searcher.doc(address) for _, address in searcher.search(asked, 10).hits]
        return [(document["title"], excerpt(document["body"][0], query)) for document in found]

    return ask


def excerpt(body, query):
    """What stands around the first word of a query."""
    place = max(body.lower().find(query.split()[0].lower()), 0)
    return body[max(place - 30, 0) : place + 30]


def measure(name, make, rows, queries):
    """Prints what an index and its answers cost."""
    with tempfile.TemporaryDirectory() as directory:
        started = cpu()
        ask = make(rows, pathlib.Path(directory))
        made = cpu() - started
        files = (pathlib.Path(folder) / file for folder, _, files in os.walk(directory) for file in files)
        size = sum(file.stat().st_size for file in files)
        taken, nothing = [], []
        for query in queries:
            if not ask(query):
                nothing.append(query)
            for _ in range(TIMES):
                started = time.perf_counter()
                ask(query)
                taken.append((time.perf_counter() - started) * 1e3)
    taken.sort()
    at = lambda hundredth: taken[-(-len(taken) * hundredth // 100) - 1]
    print(f"{name}: made in {made:.1f} s of CPU, {size / 1e6:.0f} MB; {len(queries)} queries, {TIMES} times each: ", end="")
    print(f"p50 {at(50):.1f} ms, p90 {at(90):.1f} ms, p99 {at(99):.1f} ms, longest {taken[-1]:.1f} ms")
    print(f"  {len(nothing)} queries found nothing: {', '.join(nothing[:40])}")


def main(mirror, queries):
    """Measures both on the same texts."""
    rows = list(texts(mirror))
    print(f"{len(rows)} documents, {sum(len(body.encode()) for _, body in rows) / 1e6:.0f} MB of text")
    measure("SQLite " + sqlite3.sqlite_version + ", FTS5 trigram", fts5, rows, plain(queries))
    measure("tantivy, pairs of letters", pairs, rows, plain(queries))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
