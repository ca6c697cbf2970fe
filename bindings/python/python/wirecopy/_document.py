"""What is known of an article, under trafilatura's names."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional


@dataclasses.dataclass
class Document:
    """An article. What the page does not give is ``None``; ``body`` is sanitised HTML."""

    title: Optional[str] = None
    author: Optional[str] = None
    url: Optional[str] = None
    hostname: Optional[str] = None
    description: Optional[str] = None
    sitename: Optional[str] = None
    date: Optional[str] = None
    categories: list[str] = dataclasses.field(default_factory=list)
    tags: list[str] = dataclasses.field(default_factory=list)
    fingerprint: Optional[str] = None
    id: Optional[str] = None
    license: Optional[str] = None
    body: Optional[str] = None
    comments: str = ""
    commentsbody: Optional[str] = None
    raw_text: Optional[str] = None
    text: Optional[str] = None
    language: Optional[str] = None
    image: Optional[str] = None
    pagetype: Optional[str] = None
    filedate: Optional[str] = None

    def as_dict(self) -> dict[str, Any]:
        """Every field by its name."""
        return dataclasses.asdict(self)
