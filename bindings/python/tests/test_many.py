"""Many pages: in order, side by side, and in Arrow batches."""

import threading
import time

import pytest
from wirecopy import extract, extract_arrow, extract_many


def test_many_keep_their_order_and_each_has_a_status(page, url):
    pages = [(page.replace("Exampleton", f"Town{n}"), url) for n in range(500)]
    pages[3] = "<title>x</title>"
    pages[4] = b"%PDF-1.7 \0"
    results = list(extract_many(pages, threads=2))
    assert [r.status for r in results[2:6]] == ["ok", "no-article", "not-html", "ok"]
    assert all(f"Town{n} " in r.output for n, r in enumerate(results) if n not in (3, 4))
    assert results[3].evidence and results[3].output is None


def test_an_iterable_is_read_only_a_little_ahead(page):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield page

    results = extract_many(endless(), threads=1)
    assert taken == 0
    assert next(results).status == "ok" and taken <= 64


def test_other_threads_go_on_while_a_page_is_read(page):
    large = page + "<p>Another sentence that is long enough to be looked at, and to take some time.</p>" * 40_000
    ticks = 0
    done = threading.Event()

    def tick():
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0)

    ticker = threading.Thread(target=tick)
    ticker.start()
    before = ticks
    extract(large)
    during = ticks - before
    done.set()
    ticker.join()
    assert during > 10


def test_batches_keep_their_columns_and_tell_of_every_row(page, url):
    pyarrow = pytest.importorskip("pyarrow")
    for kind in (pyarrow.string(), pyarrow.large_binary(), pyarrow.binary()):
        rows = [page, None, "<title>x</title>"]
        if kind != pyarrow.string():
            rows = [row and row.encode() for row in rows]
        table = pyarrow.table({"n": [1, 2, 3], "html": pyarrow.array(rows, kind), "url": [url, None, url]})
        found = pyarrow.table(extract_arrow(table, include_links=True))
        assert found.column_names[:4] == ["n", "url", "status", "evidence"]
        assert found["n"].to_pylist() == [1, 2, 3]
        assert found["status"].to_pylist() == ["ok", "no-article", "no-article"]
        assert "https://hill.example/long" in found["text"][0].as_py()


def test_a_stream_is_taken_once_and_its_columns_are_checked(page):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"html": [page]})
    articles = extract_arrow(table)
    assert pyarrow.table(articles).num_rows == 1
    with pytest.raises(RuntimeError, match="taken already"):
        pyarrow.table(articles)
    with pytest.raises(ValueError, match="`page`"):
        extract_arrow(table, html="page")
    with pytest.raises(ValueError, match="neither bytes nor text"):
        extract_arrow(pyarrow.table({"html": [1]}))
    with pytest.raises(ValueError, match="`title` would be there twice"):
        extract_arrow(pyarrow.table({"html": [page], "title": ["x"]}))


def test_a_page_over_the_bound_is_not_read_and_has_a_status(page):
    size = len(page.encode())
    small, large = extract_many([page, page + " "], max_bytes=size)
    assert (small.status, large.status) == ("ok", "too-large")
    assert large.output is None and str(size + 1) in large.evidence
    assert extract(page, max_bytes=size - 1) is None


@pytest.mark.parametrize(
    "unit", ["<div>", "<b><i>", "<a href=x><p>", "<table><tr><td>", "<", "&amp;", "<p>word word word.", "<ul><li>x"]
)
def test_work_and_depth_are_bounded_by_the_size_of_a_page(unit):
    def seconds(size):
        hostile = unit * (size // len(unit))
        begin = time.perf_counter()
        list(extract_many([hostile], threads=1))
        return time.perf_counter() - begin

    small, large = seconds(400_000), seconds(4_000_000)
    # Ten times the bytes: work that grew with their square would take a hundred times as long.
    assert large < 40 * max(small, 0.02)
