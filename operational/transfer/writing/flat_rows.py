"""Stored rows as flat columns for a file: documents with a row per line, links by key, every value exactly told.

Which rows an actor may see, and how a file is written, is in export_file.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from operational.crud.record import links_of
from operational.entity import Entity, entity
from operational.field import Field
from operational.transfer.loading.stored import fetch, fetch_by, ids_array, table_of
from operational.transfer.mapping.importable import LINES

TOGETHER = 5_000  # records that are held in memory at a time
Value = str | bool | Decimal | date | datetime | None


@dataclass
class FlatRows:
    """The rows of an entity's records, some thousand at a time, as lists of values per column."""

    session: Session
    cls: type[Entity]
    fields: dict[str, Field]
    zone: ZoneInfo
    _keys: dict[str, dict[int, str]] = field(default_factory=dict)

    def parts(self, *conditions: ColumnElement[bool]) -> Iterator[list[list[Value]]]:
        """Columns in the order of `fields`, records by id, lines in their order."""
        table, last = table_of(self.cls), 0
        while True:
            ids = (
                select(table.c.id).where(table.c.id > last, *conditions).order_by(table.c.id).limit(TOGETHER)
            )
            found = [row[0] for row in self.session.connection().execute(ids)]
            if not found:
                return
            last = found[-1]
            yield self._part(pa.array(found, pa.int64()))

    def _part(self, ids: pa.Array) -> list[list[Value]]:
        header = {name: one for name, one in self.fields.items() if not name.startswith(LINES)}
        columns = ["id", *(one.column for one in header.values())]
        stored = fetch_by(self.session, table_of(self.cls), columns, "id", ids, order=("id",))
        records, lines = self._lines(ids)
        at = pa.array(records)
        flat = {name: stored[one.column].take(at) for name, one in header.items()}
        return [self._values(flat.get(name, lines.get(name)), one) for name, one in self.fields.items()]

    def _lines(self, ids: pa.Array) -> tuple[np.ndarray, dict[str, pa.Array]]:
        """For each flat row the place of its record, and the lines' columns, empty for a record without lines."""
        cls = self.cls.__lines__
        if cls is None:
            return np.arange(len(ids)), {}
        owner = f"{self.cls.__tablename__}_id"
        fields = {name: one for name, one in self.fields.items() if name.startswith(LINES)}
        columns = [owner, *(one.column for one in fields.values())]
        inside = table_of(cls).c[owner].between(ids[0].as_py(), ids[-1].as_py())
        stored = fetch(self.session, table_of(cls), columns, inside, order=(owner, "line_no", "id"))
        wanted = np.isin(ids_array(stored[owner]), ids.to_numpy())
        at = np.flatnonzero(wanted)
        record = np.searchsorted(ids.to_numpy(), ids_array(stored[owner])[at])
        bare = np.setdiff1d(np.arange(len(ids)), record)
        order = np.argsort(np.concatenate([record, bare]), kind="stable")
        place = np.concatenate([at, np.full(len(bare), -1)])[order]
        take = pa.array(place, mask=place < 0)
        return np.concatenate([record, bare])[order], {
            name: stored[one.column].take(take) for name, one in fields.items()
        }

    def _values(self, column: pa.Array | None, about: Field) -> list[Value]:
        """The stored values of a column as people mean them."""
        assert column is not None  # noqa: S101 - every field stands in the header or in the lines
        encoded = column.dictionary_encode()
        words = encoded.dictionary.to_pylist()
        if about.target is not None:
            keys = self._key_texts(about.target, words)
            said: list[Any] = [keys.get(word) for word in words]
        elif about.decimals is not None:
            said = [Decimal(word).scaleb(-about.decimals) for word in words]
        elif about.kind == "integer":
            said = [Decimal(word) for word in words]
        elif about.kind == "moment":
            said = [word.replace(tzinfo=UTC).astimezone(self.zone) for word in words]
        else:
            said = words
        return [None if place is None else said[place] for place in encoded.indices.to_pylist()]

    def _key_texts(self, target: str, ids: list[int]) -> dict[int, str]:
        """The natural keys of records, each asked for once."""
        known = self._keys.setdefault(target, {})
        new = [one for one in ids if one not in known]
        known.update({one: link.key for one, link in links_of(self.session, entity(target), new).items()})
        return known
