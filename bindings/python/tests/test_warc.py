"""Web archives: a row for each capture, whole or not."""

import io

import pytest
from wirecopy import extract_warc

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("warcio")

from archives import write_archive


@pytest.fixture
def archive(tmp_path, page):
    pages = [
        ("200 OK", "text/html; charset=utf-8", page.encode()),
        ("404 Not Found", "text/html", page.encode()),
        ("200 OK", "application/pdf", b"%PDF-1.7 \0"),
        ("200 OK", "text/html", b"<title>x</title>"),
        ("200 OK", "text/html; charset=utf-8", page.replace("Exampleton", "Lastport").encode()),
    ]
    place = tmp_path / "hill.warc.gz"
    return place, write_archive(place, pages)


def rows(source, **arguments):
    return pyarrow.table(extract_warc(source, **arguments)).to_pylist()


def test_each_capture_is_a_row_with_a_status(archive):
    place, places = archive
    with place.open("rb") as file:
        found = rows(file, threads=2)
    assert [row["status"] for row in found] == ["ok", "no-article", "not-html", "no-article", "ok"]
    assert [row["offset"] for row in found] == places
    assert [row["http_status"] for row in found] == [200, 404, 200, 200, 200]
    assert found[0]["url"] == "https://hill.example/hill.warc/0" and found[0]["title"] == "The harbour reopens"
    assert found[0]["fetched"] and found[0]["record_id"].startswith("<urn:uuid:")
    assert "Lastport" in found[4]["text"] and "12 €" in found[4]["text"]


def test_a_torn_last_capture_is_never_taken_for_whole(archive):
    place, places = archive
    whole = place.read_bytes()
    for end in range(places[-1] + 1, len(whole)):
        found = rows(io.BytesIO(whole[:end]), threads=1)
        assert [row["status"] for row in found][-2:] == ["no-article", "truncated"]
        assert found[-1]["text"] is None and found[-1]["evidence"]


def test_a_panic_is_the_status_of_its_record(tmp_path, page):
    from wirecopy import extract, extract_many

    try:
        extract(b"<p>panic")
        pytest.skip("built without the feature panic-on-request")
    except RuntimeError as error:
        assert "a panic was asked for" in str(error)
    good = page.encode()
    assert [result.status for result in extract_many([good, b"<p>panic", good])] == ["ok", "panic", "ok"]
    place = tmp_path / "hill.warc.gz"
    write_archive(place, [("200 OK", "text/html; charset=utf-8", body) for body in (good, b"<p>panic", good)])
    found = rows(io.BytesIO(place.read_bytes()))
    assert [row["status"] for row in found] == ["ok", "panic", "ok"]
    assert "a panic was asked for" in found[1]["evidence"]


def test_what_reading_raises_is_no_end_of_the_archive(archive):
    class Broken(io.BytesIO):
        def read(self, count=-1):
            if self.tell() > 0:
                raise OSError("the connection was reset")
            return super().read(100)

    with pytest.raises(OSError, match="the connection was reset"):
        rows(Broken(archive[0].read_bytes()))
