"""Archives of invented pages, written by warcio."""

import io
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def write_archive(place: Path, pages: "list[tuple[str, str, bytes]]") -> "list[int]":
    """Writes one response for each status line, media type and body, and gives the places at which they begin."""
    places = []
    with place.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(place.name, {"software": "tests"}))
        for number, (status, media_type, body) in enumerate(pages):
            places.append(file.tell())
            http = StatusAndHeaders(status, [("Content-Type", media_type)], protocol="HTTP/1.1")
            url = f"https://hill.example/{place.stem}/{number}"
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http))
    return places
