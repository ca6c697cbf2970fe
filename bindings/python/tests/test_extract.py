"""One page: trafilatura's arguments and what they give."""

import csv
import inspect
import io
import json
import xml.etree.ElementTree as ElementTree

import pytest
import wirecopy
from wirecopy import bare_extraction, extract


def test_text_is_the_article_and_nothing_around_it(page, url):
    text = extract(page, url=url)
    assert text.startswith("The harbour of Exampleton") or "\nThe harbour of Exampleton" in text
    assert "first tide" in text and "Home" not in text and "*" not in text


def test_a_str_is_read_as_it_is_whatever_the_page_says_of_its_encoding(page):
    lying = page.replace("<title>", "<meta charset=gb2312><title>", 1)
    assert "planned – 12 €." in extract(lying)


def test_bytes_are_decoded_by_what_the_page_says(page):
    said = page.replace("<title>", "<meta charset=windows-1252><title>", 1).encode("windows-1252")
    assert "planned – 12 €." in extract(said)
    assert extract(bytearray(said)) == extract(memoryview(said)) == extract(said)


@pytest.mark.parametrize("nothing", ["", b"", "<title>x</title>", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_a_page_without_article_gives_none(nothing):
    assert extract(nothing) is None
    assert bare_extraction(nothing) is None


def test_half_a_character_is_no_error(page):
    assert "first tide" in extract(page.replace("more", "more \ud800"))


def test_links_formatting_and_tables_are_there_as_asked(page, url):
    assert "[long enough](https://hill.example/long)" in extract(page, url=url, include_links=True)
    assert "*repairs*" in extract(page, output_format="markdown")
    assert "*repairs*" in extract(page, include_formatting=True)
    assert "north quay" in extract(page) and "north quay" not in extract(page, include_tables=False)


def test_json_and_csv_hold_the_fields(page, url):
    found = json.loads(extract(page, url=url, output_format="json", with_metadata=True))
    assert (found["title"], found["author"], found["date"]) == ("The harbour reopens", "Ann Example", "2026-03-02")
    assert (found["source"], found["hostname"]) == (url, "hill.example")
    (row,) = csv.reader(io.StringIO(extract(page, url=url, output_format="csv", record_id="7")), delimiter="\t")
    assert (row[0], row[1], row[3], row[4], len(row)) == (url, "7", "hill.example", "The harbour reopens", 11)


def test_xml_and_tei_are_well_formed_with_their_roots(page, url):
    doc = ElementTree.fromstring(extract(page, url=url, output_format="xml", with_metadata=True))
    assert (doc.tag, doc.get("title"), doc[0].tag) == ("doc", "The harbour reopens", "main")
    tei = ElementTree.fromstring(extract(page, url=url, output_format="xmltei"))
    names = [element.tag.split("}")[1] for element in tei.iter()]
    assert names[:2] == ["TEI", "teiHeader"] and "body" in names and "table" in names


def test_dates_are_chosen_and_written_as_asked(page):
    def date(**parameters):
        return bare_extraction(page, date_extraction_params=parameters).date

    assert date() == "2026-03-02"
    assert date(original_date=False) == "2026-03-04"
    assert date(outputformat="%d.%m.%Y %H:%M") == "02.03.2026 08:00"


def test_pages_that_are_not_wanted_give_none(page, url):
    assert extract(page, target_language="de") is None
    assert extract(page, target_language="en") is not None
    assert extract(page, only_with_metadata=True) is None  # It has no address.
    assert extract(page, url=url, only_with_metadata=True) is not None
    assert extract(page, url=url, url_blacklist={url}) is None
    assert bare_extraction(page, author_blacklist={"Ann Example"}).author is None


def test_a_document_has_the_fields_and_is_a_dictionary_when_asked(page, url):
    document = bare_extraction(page, url=url)
    assert (document.title, document.author, document.language) == ("The harbour reopens", "Ann Example", "en")
    assert "<em>repairs</em>" in document.body
    assert bare_extraction(page, url=url, as_dict=True) == document.as_dict()


def test_what_there_is_not_is_an_error_with_its_name(page):
    with pytest.raises(ValueError, match="'pdf'"):
        extract(page, output_format="pdf")
    with pytest.raises(ValueError, match="bare_extraction"):
        extract(page, output_format="python")
    with pytest.raises(TypeError, match="int"):
        extract(7)
    with pytest.raises(TypeError, match="include_everything"):
        extract(page, include_everything=True)


def test_a_response_is_taken_with_its_address(page):
    class Response:
        data = page.encode()
        url = "https://hill.example/2"

    assert bare_extraction(Response()).url == "https://hill.example/2"


def test_every_argument_of_trafilatura_is_taken(page):
    trafilatura = pytest.importorskip("trafilatura")
    for theirs in (trafilatura.extract, trafilatura.bare_extraction):
        ours = getattr(wirecopy, theirs.__name__)
        parameters = inspect.signature(theirs).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty and p.name != "config"}
        assert ours(page, **defaults) is not None


def test_nesting_without_end_is_survived(page):
    deep = "<div>" * 200_000 + page
    extract(deep)
    extract(("<b>" * 50_000 + "<table><tr><td>" * 20_000 + page).encode(), output_format="xmltei")
