"""From a table of articles to the lines that a mirror imports."""

import json
import subprocess
import sys

import pytest
from wirecopy import extract_warc

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("warcio")

from archives import write_archive


@pytest.fixture
def table(tmp_path, page):
    pages = [
        ("200 OK", "text/html; charset=utf-8", page.encode()),
        ("200 OK", "text/html", b"<title>x</title>"),
        ("200 OK", "text/html; charset=utf-8", page.replace("lang=en", "lang=nl").replace("Exampleton", "Lastport").encode()),
    ]
    write_archive(tmp_path / "hill.warc.gz", pages)
    with (tmp_path / "hill.warc.gz").open("rb") as source:
        parquet.write_table(pyarrow.table(extract_warc(source)), tmp_path / "articles.parquet")
    return str(tmp_path / "articles.parquet")


def test_an_article_is_a_line_with_all_that_a_mirror_records(table):
    from wirecopy.lines import article_lines

    first, second = (json.loads(line) for line in article_lines(table))
    assert first["url"] == "https://hill.example/hill.warc/0" and first["fetched"] and first["status"] == "ok"
    assert first["author"] == ["Ann Example"] and first["tags"] == []
    assert (first["date"], first["modified"]) == ("2026-03-02T08:00:00+01:00", "2026-03-04T07:00:00Z")
    assert "<em>repairs</em>" in first["html"] and "Lastport" in second["html"]


def test_rows_are_chosen_by_an_expression(table):
    from wirecopy.lines import article_lines

    chosen = list(article_lines(table, pyarrow.compute.match_substring(pyarrow.compute.field("text"), "Lastport")))
    assert len(chosen) == 1 and "Lastport" in chosen[0]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 2),
        (["--site", "hill.example"], 2),
        (["--site", "example"], 2),
        (["--site", "ill.example"], 0),
        (["--language", "NL"], 1),
        (["--language", "nl", "--language", "en", "--site", "hill.example"], 2),
        (["--language", "e"], 0),
    ],
)
def test_the_command_prints_those_of_a_site_and_a_language(table, options, count):
    command = [sys.executable, "-m", "wirecopy.lines", table, *options]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert len(told.stdout.splitlines()) == count


def test_a_table_of_an_earlier_version_is_refused(tmp_path):
    from wirecopy.lines import article_lines

    parquet.write_table(pyarrow.table({"url": ["https://hill.example/"]}), tmp_path / "old.parquet")
    with pytest.raises(ValueError, match="has no column fetched, .*html"):
        next(article_lines(str(tmp_path / "old.parquet")))
