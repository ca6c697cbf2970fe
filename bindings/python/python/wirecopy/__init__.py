"""Articles from web pages: text, title, authors and dates, in trafilatura's terms.

``extract`` and ``bare_extraction`` take trafilatura's arguments by name and give what it gives; ``extract_many`` and
``extract_arrow`` read many pages on all cores. The GIL is released while a page is read.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Optional, Union

from wirecopy import _native
from wirecopy._document import Document

__all__ = [
    "Document",
    "Result",
    "__version__",
    "bare_extraction",
    "extract",
    "extract_arrow",
    "extract_many",
    "extract_metadata",
    "extract_warc",
]
__version__: str = _native.__version__

# The largest page that is read, in bytes: trafilatura's MAX_FILE_SIZE.
_MAX_BYTES = 20_000_000

# Pages that are read ahead, for each thread.
_AHEAD = 32


class Result(NamedTuple):
    """What came of one of many pages."""

    status: str
    """``ok``, ``not-html``, ``no-article``, ``too-large`` or ``panic``; of an archive's record also ``truncated``."""
    evidence: Optional[str]
    """What showed that there is no article."""
    output: Optional[str]
    """What ``extract`` would have given."""


def _wishes(
    output_format: str = "txt",
    *,
    record_id: Optional[str] = None,
    fast: bool = False,
    no_fallback: bool = False,
    favor_precision: bool = False,
    favor_recall: bool = False,
    include_comments: bool = True,
    tei_validation: bool = False,
    target_language: Optional[str] = None,
    include_tables: bool = True,
    include_images: bool = False,
    include_formatting: Optional[bool] = None,
    include_links: bool = False,
    deduplicate: Any = False,
    date_extraction_params: Optional[dict[str, Any]] = None,
    with_metadata: bool = False,
    only_with_metadata: bool = False,
    max_tree_size: Optional[int] = None,
    url_blacklist: Optional[set[str]] = None,
    author_blacklist: Optional[set[str]] = None,
    settingsfile: Optional[str] = None,
    prune_xpath: Any = None,
    config: Any = None,
    options: Any = None,
    max_bytes: int = _MAX_BYTES,
) -> dict[str, Any]:
    """The arguments as the native half takes them. Those that mean nothing to this engine are let be."""
    if settingsfile is not None or config is not None or options is not None:
        warnings.warn("settings files of trafilatura are not read; give arguments instead", stacklevel=3)
    dates = date_extraction_params or {}
    if include_formatting is None:
        include_formatting = output_format == "markdown"
    return {
        "form": output_format,
        "tables": bool(include_tables),
        "images": bool(include_images),
        "links": bool(include_links),
        "formatting": bool(include_formatting),
        "metadata": bool(with_metadata or only_with_metadata),
        "only_with_metadata": bool(only_with_metadata),
        "precision": bool(favor_precision),
        "recall": bool(favor_recall),
        "language": target_language,
        "original_date": bool(dates.get("original_date", True)),
        "date_pattern": dates.get("outputformat", "%Y-%m-%d"),
        "id": record_id,
        "url_blacklist": list(url_blacklist or ()),
        "author_blacklist": list(author_blacklist or ()),
        "max_bytes": max_bytes,
    }


def _given(page: Any, url: Optional[str], prune_xpath: Any = None) -> tuple[bytes, bool, Optional[str]]:
    """A page as bytes, and whether it was a text. Responses and lxml's trees are taken too."""
    for name in ("data", "content"):
        if not isinstance(page, (str, bytes, bytearray, memoryview)) and hasattr(page, name):
            url = url or getattr(page, "url", None)
            page = getattr(page, name)
    if hasattr(page, "getroottree"):
        from lxml import html

        page = html.tostring(page, encoding="unicode")
    if prune_xpath is not None:
        page = _pruned(page, prune_xpath)
    if isinstance(page, str):
        return page.encode("utf-8", "replace"), True, url
    if isinstance(page, (bytes, bytearray, memoryview)):
        return bytes(page), False, url
    raise TypeError(f"a page is str or bytes, not {type(page).__name__}")


def _pruned(page: Union[str, bytes], paths: Union[str, list[str]]) -> Union[str, bytes]:
    """The page without what XPath expressions find. Needs lxml."""
    try:
        from lxml import html
    except ImportError as error:
        raise ImportError("prune_xpath needs lxml: pip install 'wirecopy[xpath]'") from error
    tree = html.document_fromstring(page)
    for path in [paths] if isinstance(paths, str) else paths:
        for element in tree.xpath(path):
            element.drop_tree()
    return html.tostring(tree, encoding="unicode")


def extract(filecontent: Any, url: Optional[str] = None, **arguments: Any) -> Optional[str]:
    """The article of a page in ``output_format``, or ``None`` where there is none.

    ``filecontent`` is the page as ``str`` or as ``bytes`` in its own encoding. ``output_format`` is ``txt`` (the
    default), ``markdown``, ``html``, ``json``, ``csv``, ``xml`` or ``xmltei``. A page of more than ``max_bytes``
    (20,000,000) is not read, and has no article. The other arguments are trafilatura's.

    Raises ``ValueError`` for a format or date pattern that there is not, ``RuntimeError`` where the engine panicked.
    """
    if arguments.get("output_format") == "python":
        raise ValueError("'python' is a format of bare_extraction() only")
    wishes = _wishes(**arguments)
    return _native.extract(_given(filecontent, url, arguments.get("prune_xpath")), wishes)


def bare_extraction(
    filecontent: Any, url: Optional[str] = None, *, as_dict: bool = False, **arguments: Any
) -> Union[Document, dict[str, Any], None]:
    """The article of a page as a :class:`Document`, or with ``as_dict`` as a dictionary; ``None`` where there is none."""
    arguments["output_format"] = "txt"
    wishes = _wishes(**arguments)
    wishes["metadata"] = False
    found = _native.fields(_given(filecontent, url, arguments.get("prune_xpath")), wishes)
    if found is None:
        return None
    document = Document(raw_text=" ".join(found["text"].split()), **found)
    return document.as_dict() if as_dict else document


def extract_metadata(filecontent: Any, default_url: Optional[str] = None, **arguments: Any) -> Optional[Document]:
    """The fields of a page's article without its text, or ``None`` where there is none."""
    document = bare_extraction(filecontent, default_url, **arguments)
    if isinstance(document, Document):
        document.text = document.raw_text = document.body = None
        return document
    return None


def extract_many(pages: Iterable[Any], threads: Optional[int] = None, **arguments: Any) -> Iterator[Result]:
    """The articles of many pages, read on ``threads`` threads (all cores without it), in the order of the pages.

    A page is ``str``, ``bytes``, or a pair of one of these and its address. The iterable is read only a little ahead.
    What cannot be read never ends the run: each page has a status.
    """
    prune = arguments.get("prune_xpath")
    wishes = _wishes(**arguments)
    pool = _native.Pool(threads or 0)
    ahead = pool.threads() * _AHEAD

    def given(page: Any) -> tuple[bytes, bool, Optional[str]]:
        page, url = page if isinstance(page, tuple) else (page, None)
        return _given(page, url, prune)

    def results() -> Iterator[Result]:
        rest = iter(pages)
        while some := [given(page) for page in itertools.islice(rest, ahead)]:
            yield from itertools.starmap(Result, pool.many(some, wishes))

    return results()


def extract_arrow(
    stream: Any, *, html: str = "html", url: str = "url", threads: Optional[int] = None, **arguments: Any
) -> Any:
    """Articles of pages in Arrow batches, by the C stream interface both ways.

    ``stream`` is anything with ``__arrow_c_stream__``; its column ``html`` holds bytes or texts, ``url`` addresses where
    there are any. The answer has ``__arrow_c_stream__`` too, can be taken once, and reads a batch when it is asked for.
    Its columns are those of the pages but for ``html``, then ``status``, ``evidence``, ``title``, ``author``, ``date``,
    ``language``, ``sitename``, ``description``, ``image`` and ``text``.
    """
    wishes = _wishes(**arguments)
    return _native.batches(stream.__arrow_c_stream__(), (html, url), threads or 0, wishes)


def extract_warc(source: Any, *, threads: Optional[int] = None, **arguments: Any) -> Any:
    """Articles of the captures in a WARC file, gzipped or not, in Arrow batches by the C stream interface.

    ``source`` is a binary file or anything with ``read(count)``. Each capture is a row, in the archive's order; one that
    is torn, or differs from its digest, has the status ``truncated`` and no article. The answer can be taken once and
    reads a batch when it is asked for. Its columns are ``offset``, ``record_id``, ``url``, ``fetched``, ``http_status``,
    from ``status`` on those of ``extract_arrow``, and what a mirror needs beside them: ``html`` (sanitised),
    ``published``, ``modified``, ``canonical_url``, ``image_caption``, and the lists ``authors`` and ``tags``. What
    ``read`` raises ends the batches with an error.
    """
    return _native.warc(source, threads or 0, _wishes(**arguments))
