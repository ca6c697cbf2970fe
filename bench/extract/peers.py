#!/usr/bin/env python3
"""Peers written in Python over the same pages as `extract-bench`, in one thread: processor time, and
predictions for the evaluation sets' own scorer.

usage: peers.py SETS OUTPUT [ENGINE...]
needs: pip install trafilatura==2.3.1 resiliparse==2.0.1 readability-lxml==0.9 newspaper4k==0.9.6

A peer is given decoded text, as `extract-bench` gives it to the peers written in Rust.
"""

import gzip
import json
import sys
import time
from pathlib import Path


def resiliparse_engine(html, _url):
    from resiliparse.extract.html2text import extract_plain_text
    return {"body": extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)}


def resiliparse_parse(html, _url):
    """lexbor alone."""
    from resiliparse.parse.html import HTMLTree
    return {"children": len(HTMLTree.parse(html).document.child_nodes)}


def trafilatura_engine(html, url):
    return by_trafilatura(html, url, favor_precision=False)


def trafilatura_precision(html, url):
    return by_trafilatura(html, url, favor_precision=True)


def by_trafilatura(html, url, favor_precision):
    import trafilatura
    found = trafilatura.bare_extraction(
        html, url=url, with_metadata=True, include_comments=False, favor_precision=favor_precision)
    if found is None:
        return {}
    return {
        "body": found.text, "title": found.title, "author": found.author, "date": found.date,
        "language": found.language, "image": found.image, "canonical_url": found.url,
    }


def readability_engine(html, url):
    import lxml.html
    from readability import Document
    found = Document(html, url=url)
    body = lxml.html.fromstring(found.summary(html_partial=True) or "<p></p>")
    lines = (" ".join(block.text_content().split()) for block in body.iter("p", "h1", "h2", "h3", "li", "blockquote"))
    return {"body": "\n".join(line for line in lines if line), "title": found.short_title(), "author": found.author()}


def newspaper_engine(html, url):
    import newspaper
    found = newspaper.Article(url or "https://page.example/", fetch_images=False)
    found.download(input_html=html)
    found.parse()
    date = found.publish_date
    return {
        "body": found.text, "title": found.title, "author": found.authors, "date": str(date) if date else None,
        "language": found.meta_lang, "image": found.top_image, "canonical_url": found.canonical_link,
    }


ENGINES = {
    "lexbor-parse": resiliparse_parse,
    "resiliparse": resiliparse_engine,
    "trafilatura-python": trafilatura_engine,
    "trafilatura-python-precision": trafilatura_precision,
    "readability-lxml": readability_engine,
    "newspaper4k": newspaper_engine,
}


def pages(sets):
    for directory in sorted(path for path in Path(sets).iterdir() if path.is_dir()):
        for line in (directory / "dev" / "gold.jsonl").open(encoding="utf-8"):
            gold = json.loads(line)
            with gzip.open(directory / "dev" / f"{gold['id']}.html.gz") as file:
                raw = file.read()
            yield directory.name, gold, raw.decode(gold.get("charset") or "utf-8", "replace")


def run(name, engine, sets, output):
    total, slowest, count = 0.0, 0.0, 0
    with open(Path(output) / f"{name}.jsonl", "w", encoding="utf-8") as out:
        engine("<p>What is loaded at first use is not the first page's to pay.</p>", None)
        for set_name, gold, html in pages(sets):
            start = time.thread_time()
            try:
                found = engine(html, gold.get("url"))
            except Exception as error:  # A peer's fault costs it the page.
                found = {"error": repr(error)}
            taken = time.thread_time() - start
            total, slowest, count = total + taken, max(slowest, taken), count + 1
            out.write(json.dumps(found | {"set": set_name, "id": gold["id"]}) + "\n")
    print(f"| {name} | {total:.2f} | {count / total:.0f} | {slowest * 1000:.0f} |", flush=True)


if __name__ == "__main__":
    sets, output, *wanted = sys.argv[1:]
    print("| engine | CPU s | pages/s | slowest page ms |\n|---|---|---|---|")
    for name, engine in ENGINES.items():
        if not wanted or name in wanted:
            run(name, engine, sets, output)
