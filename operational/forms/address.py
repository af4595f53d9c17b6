"""Addresses of lists and records: what a list shows is wholly in its address, so that it can be sent and kept.

Reading and writing addresses is here; fetching the rows is in lists.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from operational.crud.filter import Where, query_from_where, where_from_query
from operational.crud.record import Record, RecordLink

SIZES = (20, 50, 100, 200)
FURTHEST_PAGE = 10_000  # beyond it nobody reads on; it bounds the work of an invented address


def record_address(entity: str, key: str) -> str:
    """The page of a record; every character of the key that means something in an address is quoted."""
    return f"/o/{quote(entity)}/{quote(key, safe='~')}"


def address_of(one: Record | RecordLink) -> str:
    """The page of a record that is at hand."""
    return record_address(one.entity, one.key)


@dataclass(frozen=True)
class ListAddress:
    """What a list's address says; `to()` gives the address of the same list with something changed."""

    entity: str
    where: Where = field(default_factory=dict)
    search: str = ""
    sort: str = ""
    page: int = 1
    size: int = 20
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, entity: str, pairs: Iterable[tuple[str, str]]) -> ListAddress:
        """From the pairs of a query; what is no number falls back to the first page and the usual size."""
        own: dict[str, list[str]] = {}
        rest = []
        for name, value in pairs:
            if name in ("search", "sort", "page", "size", "columns"):
                own.setdefault(name, []).append(value)
            else:
                rest.append((name, value))
        size = _number(own, "size", 20)
        columns = [one for value in own.get("columns", []) for one in value.split(",") if one]
        return cls(
            entity,
            where_from_query(rest),
            " ".join(own.get("search", [])).strip()[:200],
            own.get("sort", [""])[-1],
            min(max(_number(own, "page", 1), 1), FURTHEST_PAGE),
            size if size in SIZES else 20,
            tuple(dict.fromkeys(columns)),
        )

    def to(self, **changed: object) -> str:
        """The address of this list with these parts changed; unless named, the page starts over."""
        return replace(self, **({"page": 1} | changed)).text()  # type: ignore[arg-type]  # fields of this class

    def without(self, *names: str) -> str:
        """The address of this list without these entries of the filter."""
        return self.to(where={name: texts for name, texts in self.where.items() if name not in names})

    def text(self) -> str:
        """The address; what is as usual is left out."""
        pairs = query_from_where(self.where)
        pairs += [("search", self.search)] if self.search else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("columns", ",".join(self.columns))] if self.columns else []
        pairs += [("size", str(self.size))] if self.size != 20 else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        query = urlencode(pairs, safe=",~:")
        return f"/o/{quote(self.entity)}" + (f"?{query}" if query else "")


def _number(own: dict[str, list[str]], name: str, usual: int) -> int:
    text = own.get(name, [""])[-1]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else usual
