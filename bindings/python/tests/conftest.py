"""Invented pages that the tests share."""

import pytest

PAGE = (
    "<html lang=en><title>The harbour reopens - The Hill</title>"
    "<meta property=og:title content='The harbour reopens'>"
    "<meta property=article:published_time content='2026-03-02T08:00:00+01:00'>"
    "<meta property=article:modified_time content='2026-03-04T08:00:00+01:00'>"
    "<meta name=author content='Ann Example'><nav><a href=/>Home</a></nav><article><h1>The harbour reopens</h1>"
    "<p>The harbour of Exampleton opened again on Monday, after a winter of <em>repairs</em> that had cost more than "
    "anybody had planned – 12 €.</p><p>Fishers said that they had waited <a href=/long>long enough</a>, and went out "
    "with the first tide, long before the sun had come up.</p>"
    "<table><tr><th>quay<th>cost<tr><td>north quay<td>12</table></article>"
)
URL = "https://hill.example/news/1"


@pytest.fixture
def page() -> str:
    return PAGE


@pytest.fixture
def url() -> str:
    return URL
