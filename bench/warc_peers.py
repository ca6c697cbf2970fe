"""Pages a second and core from one WARC: wirecopy, trafilatura and resiliparse, in one process, one thread each.

    python bench/warc_peers.py pack PAGES.warc.gz PAGE…     # a WARC of pages on the disk
    python bench/warc_peers.py run PAGES.warc.gz [--rounds 5]

All three get the same bytes, as the archive's responses hold them, and give plain text. The engines take turns, round
by round, and of each the round with the least CPU time counts, so that what else the machine does falls on all of them
alike. `wirecopy, from the file` is the whole way as a task on Spark goes it: reading the WARC, checking digests,
extraction, Arrow batches. Needs wirecopy, trafilatura, resiliparse, fastwarc, pyarrow; for `pack` warcio.
"""

from __future__ import annotations

import argparse
import gzip
import io
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

Page = tuple[bytes, str]


def pack(place: str, pages: list[str]) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with open(place, "wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, page in enumerate(pages):
            body = Path(page).read_bytes()
            body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            url = f"https://page-{number}.example/"
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http))


def responses(place: str) -> list[Page]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with open(place, "rb") as file:
        records = ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True)
        return [(record.reader.read(), record.headers["WARC-Target-URI"]) for record in records]


def of_wirecopy(pages: list[Page]) -> list[str]:
    from wirecopy import extract

    return [extract(body, url) or "" for body, url in pages]


def of_wirecopy_file(place: str) -> Callable[[list[Page]], list[str]]:
    def read(_: list[Page]) -> list[str]:
        import pyarrow
        from wirecopy import extract_warc

        with open(place, "rb") as source:
            table = pyarrow.table(extract_warc(source, threads=1))
        return [text or "" for text in table.column("text").to_pylist()]

    return read


def of_trafilatura(pages: list[Page], **arguments: bool) -> list[str]:
    from trafilatura import extract

    return [extract(body, url, **arguments) or "" for body, url in pages]


def of_resiliparse(pages: list[Page]) -> list[str]:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    trees = (HTMLTree.parse_from_bytes(body, detect_encoding(body)) for body, _ in pages)
    return [extract_plain_text(tree, main_content=True) for tree in trees]


def run(place: str, rounds: int) -> None:
    pages = responses(place)
    engines: dict[str, Callable[[list[Page]], list[str]]] = {
        "wirecopy": of_wirecopy,
        "wirecopy, from the file": of_wirecopy_file(place),
        "trafilatura": of_trafilatura,
        "trafilatura, fast": lambda pages: of_trafilatura(pages, fast=True),
        "resiliparse": of_resiliparse,
    }
    least = dict.fromkeys(engines, float("inf"))
    texts: dict[str, list[str]] = {}
    for read in engines.values():
        read(pages[:5])  # Imports and tables that are made once.
    for _ in range(rounds):
        for name, read in engines.items():
            begin = time.process_time()
            texts[name] = read(pages)
            least[name] = min(least[name], time.process_time() - begin)
    names = ["wirecopy", "trafilatura", "resiliparse", "fastwarc"]
    print(f"{len(pages)} pages, {sum(len(body) for body, _ in pages):,} bytes, {rounds} rounds; Python", end=" ")
    print(platform.python_version() + ", " + ", ".join(f"{name} {version(name)}" for name in names))
    print("| engine | pages a second and core | ms a page | pages with text | characters |\n|---|---|---|---|---|")
    for name, seconds in least.items():
        told = [text for text in texts[name] if text]
        row = f"{len(pages) / seconds:,.0f} | {seconds / len(pages) * 1000:.2f} | {len(told)} | {sum(map(len, told)):,}"
        print(f"| {name} | {row} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("warc")
    packing.add_argument("pages", nargs="+")
    running = commands.add_parser("run")
    running.add_argument("warc")
    running.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.command == "pack":
        pack(arguments.warc, arguments.pages)
    else:
        run(arguments.warc, arguments.rounds)


if __name__ == "__main__":
    main()
