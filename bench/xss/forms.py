#!/usr/bin/env python3
"""Takes script vectors through the whole program and writes what it makes of them, form by form, for a detector.

usage: python3 bench/xss/forms.py VECTORS OUTPUT [--program target/release/wirecopy]

VECTORS holds a JSON line {"id", "html"} for each vector. Each stands, from servers on loopback, in the text, the title
and the author's name of an entry of a feed, and in the text and the title of a page that a feed leads to; a mirror
polls both in an own directory, and publishes. OUTPUT receives a file of JSON lines {"id", "html"} for each form in
which a reader meets an article:

    document   the file in git, as it is and as a git host would render it (with markdown-it-py, where installed)
    page       the article's page of the site
    list       lists of the site, whole
    text       the article's page of the text edition
    feed       Atom's and JSON Feed's content, and whatever else Atom calls HTML
    chapter    chapters of EPUB (load these in an XHTML page)
    book       books of one page
    extract    the extractor alone: HTML, text and Markdown rendered

Load them with a browser that tells which run script; none may. Standard library alone; every server ends with the run.
"""

import argparse
import html
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as tree
import zipfile

SENTENCE = (
    "The council of the invented town of Lower Ferry met on Monday evening and agreed, after three hours of talk, "
    "to mend the bridge over the river before the winter comes. "
)
PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p>{sentence}</p><p>{sentence}</p>{vector}<p>{sentence}</p></article></body></html>"""
SETTINGS = """format = 1
[mirror]
title = "Vectors"
base_url = "https://mirror.example/"
[fetch]
allow = ["127.0.0.0/8"]
host_delay = "0s"
host_concurrency = 16
[publish]
text = true
books = ["day", "source", "page"]
scripts = ["hant"]
tag_feeds = true
feed_archives = true
[[source]]
name = "feed"
text = "feed"
feed = "http://127.0.0.1:{port}/feed.xml"
max_articles = 10000
[[source]]
name = "page"
text = "page"
feed = "http://127.0.0.2:{port}/pages.xml"
max_articles = 10000
"""


def feed(vectors, full):
    """A feed of all vectors: their text in the feed itself, or with an address alone."""
    items = []
    for number, vector in enumerate(vectors):
        items.append(
            f"<item><guid isPermaLink='false'>{number}</guid><link>/{'feed' if full else 'page'}/{number}.html</link>"
            f"<title>{html.escape(f'Vector {number} ' + printable(vector['html'])[:300])}</title>"
            "<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>"
        )
        if full:
            text = f"<p>{SENTENCE * 2}</p>{vector['html']}<p>{SENTENCE}</p>"
            items.append(f"<author>{html.escape(printable(vector['html'])[:200])}</author>")
            items.append(f"<category>{html.escape(printable(vector['html'])[:60])}</category>")
            items.append(f"<description>{html.escape(printable(text))}</description>")
        items.append("</item>")
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Vectors</title>{''.join(items)}</channel></rss>"


def printable(text):
    """Without the characters that XML cannot hold at all."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def serve(vectors):
    """Serves the feeds and the pages on every address of this machine; gives the port."""

    class Origin(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            number = re.search(r"/page/(\d+)", self.path)
            if self.path in ("/feed.xml", "/pages.xml"):
                kind, text = "application/rss+xml", feed(vectors, self.path == "/feed.xml")
            elif number:
                vector = vectors[int(number.group(1))]["html"]
                kind = "text/html; charset=utf-8"
                text = PAGE.format(title=html.escape(f"Vector {number.group(1)}"), sentence=SENTENCE, vector=vector)
            else:
                self.send_error(404)
                return
            body = text.encode("utf-8", "replace")
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Origin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def inner(text, element="main"):
    """What stands in the first such element of a page."""
    start = re.search(rf"<{element}\b[^>]*>", text)
    end = text.rfind(f"</{element}>")
    return text[start.end() : end] if start and end > start.end() else ""


def rendered():
    """A renderer of Markdown that lets HTML through, as the hosts of repositories have before they clean it."""
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        return None
    return MarkdownIt("commonmark", {"html": True}).enable("table").render


def documents(mirror):
    markdown = rendered()
    for directory in sorted(mirror.glob("archive/*.git")):
        listed = subprocess.run(
            ["git", "-C", directory, "ls-tree", "-r", "-z", "--name-only", "HEAD"], capture_output=True, check=True
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if not name.endswith(".md"):
                continue
            shown = subprocess.run(["git", "-C", directory, "show", f"HEAD:{name}"], capture_output=True, check=True)
            text = shown.stdout.decode()
            yield name, text
            if markdown:
                yield f"{name} rendered", markdown(text)


def pages(site):
    for path in sorted(site.rglob("*.html")):
        name = str(path.relative_to(site))
        text = inner(path.read_text())
        if not text:
            continue
        if name.startswith("text/"):
            yield "text", name, text
        elif path.parent.name == "books" or "/books/" in f"/{name}":
            yield "book", name, text
        elif re.search(r"<article\b", text) and "application/ld+json" not in text:
            yield "page", name, text
        else:
            yield "list", name, text


def feeds(site):
    for path in sorted(site.rglob("*.xml")):
        for number, element in enumerate(tree.parse(path).iter()):
            if element.get("type") == "html" and element.text:
                yield f"{path.relative_to(site)} {number}", element.text
    for path in sorted(site.rglob("*.json")):
        value = json.loads(path.read_text())
        for number, item in enumerate(value.get("items", []) if isinstance(value, dict) else []):
            if item.get("content_html"):
                yield f"{path.relative_to(site)} {number}", item["content_html"]


def chapters(site):
    for path in sorted(site.rglob("*.epub")):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                if name.endswith(".xhtml"):
                    yield f"{path.relative_to(site)} {name}", inner(book.read(name).decode(), "body")


def extracted(program, vectors, directory):
    """The extractor alone: HTML by the batch, Markdown and text by file."""
    lines = []
    for number, vector in enumerate(vectors):
        path = directory / f"{number}.html"
        text = PAGE.format(title=f"Vector {number}", sentence=SENTENCE, vector=vector["html"])
        path.write_bytes(text.encode("utf-8", "replace"))
        url = f"https://origin.example/{number}"
        lines.append(json.dumps({"id": str(number), "url": url, "file": str(path)}))
    batch = directory / "batch.jsonl"
    batch.write_text("\n".join(lines) + "\n")
    result = subprocess.run([program, "extract", "--batch", batch], capture_output=True, check=True)
    for line in map(json.loads, result.stdout.decode().splitlines()):
        yield f"{line['id']} html", line.get("html") or ""
    markdown = rendered()
    if markdown:
        output = directory / "markdown"
        subprocess.run(
            [program, "extract", directory, "--format", "markdown", "--output", output], capture_output=True
        )
        for path in sorted(output.rglob("*.md")):
            yield f"{path.stem} markdown", markdown(path.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("vectors", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, default=pathlib.Path("target/release/wirecopy"))
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    vectors = [json.loads(line) for line in arguments.vectors.read_text().splitlines() if line.strip()]
    arguments.output.mkdir(parents=True, exist_ok=True)
    forms = {form: [] for form in ("document", "page", "list", "text", "feed", "book", "chapter", "extract")}
    with tempfile.TemporaryDirectory() as scratch:
        mirror = pathlib.Path(scratch) / "mirror"
        mirror.mkdir()
        (mirror / "wirecopy.toml").write_text(SETTINGS.replace("{port}", str(serve(vectors))))
        subprocess.run([program, "update", "--mirror", mirror, "--quiet"], check=False)
        site = mirror / "site"
        forms["document"] = list(documents(mirror))
        for form, name, text in pages(site):
            forms[form].append((name, text))
        forms["feed"] = list(feeds(site))
        forms["chapter"] = list(chapters(site))
        pages_alone = pathlib.Path(scratch) / "alone"
        pages_alone.mkdir()
        forms["extract"] = list(extracted(program, vectors, pages_alone))
    for form, entries in forms.items():
        different = {text: name for name, text in reversed(entries)}
        with open(arguments.output / f"{form}.jsonl", "w") as file:
            for text, name in different.items():
                file.write(json.dumps({"id": name, "html": text}) + "\n")
        print(f"{form}: {len(entries)}, of which {len(different)} differ")
    empty = [form for form, entries in forms.items() if not entries]
    if empty:
        sys.exit(f"nothing came of the forms {', '.join(empty)}: is {program} the whole program?")


if __name__ == "__main__":
    main()
