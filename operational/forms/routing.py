"""From the names in an address to what they mean, the same for every blueprint.

What is found here has not been permitted yet: reading and writing ask crud/access.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort

from operational.crud.access import may
from operational.entity import Entity, load_entities
from operational.forms.context import current_actor


def entity_or_404(name: str) -> type[Entity]:
    """The entity of that name that has pages and that the person may read; 404 otherwise, both told alike."""
    cls = load_entities().get(name)
    if cls is None or cls.__entity__.hidden or not may(current_actor(), "read", cls):
        abort(404)
    return cls


def entities_with_pages() -> list[type[Entity]]:
    """Every entity that has a list, in the order of registration."""
    return [cls for cls in load_entities().values() if not cls.__entity__.hidden]


def safe_next(address: str | None, otherwise: str = "/") -> str:
    """An address to go to after signing in: only a path of this site, anything else is `otherwise`."""
    text = (address or "").strip()
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or not text.startswith("/") or text.startswith(("//", "/\\")):
        return otherwise
    return otherwise if any(ord(one) < 32 for one in text) or "\\" in parts.path else text
