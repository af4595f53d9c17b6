"""An answer: its rows, what it was asked from, and the JSON that scripts rely on.

How the rows came about is the business of ask and compile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from warehouse.catalog import Metric
from warehouse.compile.span import Span
from warehouse.question import Figure, Question

if TYPE_CHECKING:
    from warehouse.connect import Connection

_PUBLISHED = """select snapshot, loaded_at, timezone, currency, coalesce(quality, 'pass'),
least(newest_on, cast(loaded_at as date) + 1), (select readonly from duckdb_databases() where database_name = current_database())
from meta.settings, meta.load, marts.newest_record"""
_known: WeakKeyDictionary[Connection, Published] = WeakKeyDictionary()
_BOUND = re.compile(r"\$(p\d+)")


@dataclass(frozen=True)
class Published:
    """What is known of the published state that answers: its id, its load, its quality, its settings."""

    snapshot: str | None
    loaded_at: datetime | None
    timezone: str
    currency: str
    quality: str
    data_as_of: date | None


def read_published(connection: Connection) -> Published:
    """The published state behind a connection; of a read-only one it is read once, for it cannot change."""
    known = _known.get(connection)
    if known is not None:
        return known
    row = connection.cursor().execute(_PUBLISHED).fetchone()
    if row is None:
        return Published(None, None, "UTC", "", "pass", None)
    *values, read_only = row
    published = Published(*values)
    if read_only:
        _known[connection] = published
    return published


@dataclass(frozen=True)
class Answer:
    """Rows keyed by exactly what was asked, `period` where a grain was, counts as NAME:n, marks where they hold.

    Money and quantities are decimals. `notes` are remarks in both languages.
    """

    question: Question
    figures: tuple[Figure, ...]
    metrics: tuple[Metric, ...]
    span: Span
    published: Published
    rows: list[dict[str, Any]]
    notes: tuple[Mapping[str, str], ...] = ()
    statements: tuple[tuple[str, Mapping[str, Any]], ...] = field(default=(), repr=False)

    @property
    def sql(self) -> str:
        """The statements as they can be read and run, with their values written out."""
        return ";\n\n".join(written_out(sql, values) for sql, values in self.statements)

    def as_json(self) -> dict[str, Any]:
        """The outside contract: plain values, decimals as numbers with all their digits."""
        return {
            "metrics": [
                {
                    "name": metric.name, "asked": figure.text, "label": metric.label.as_json(), "unit": metric.unit,
                    "version": metric.version,
                }
                for figure, metric in zip(self.figures, self.metrics, strict=True)
            ],
            "by": list(self.question.by),
            "from": _plain(self.question.start), "to": _plain(self.question.end),
            "as_of": (self.question.as_of or self.span.as_of).isoformat(), "snapshot": self.published.snapshot,
            "data_as_of": _plain(self.published.data_as_of), "loaded_at": _plain(self.published.loaded_at),
            "quality": self.published.quality, "notes": [dict(note) for note in self.notes],
            "rows": [{name: _plain(value) for name, value in row.items()} for row in self.rows],
        }  # fmt: skip

    def as_table(self) -> tuple[list[str], list[list[Any]]]:
        """Column names and rows, marks last."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        marks = [name for name in ("partial", "other", "total") if name in names]
        columns = [*(name for name in names if name not in marks), *marks]
        return columns, [[_plain(row.get(name)) for name in columns] for row in self.rows]


@dataclass(frozen=True)
class RowsBehind:
    """Rows with `entity` and `record` (the natural key in the forms), `metric` (the part of the number that a
    row belongs to) and `value`, its share. `total` counts all of them, shown or not."""

    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    total: int
    sql: str = field(repr=False)
    notes: tuple[Mapping[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, decimals as numbers with all their digits."""
        rows = [{name: _plain(row.get(name)) for name in self.columns} for row in self.rows]
        return {"columns": list(self.columns), "total": self.total, "rows": rows}

    def as_table(self) -> tuple[list[str], list[list[Any]]]:
        """Column names and rows."""
        return list(self.columns), [[_plain(row.get(name)) for name in self.columns] for row in self.rows]


def _plain(value: Any) -> Any:
    """A value as JSON has it; a decimal that no float holds exactly stays a decimal."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        near = float(value)
        return near if Decimal(repr(near)) == value else value.normalize()
    if isinstance(value, datetime):
        return value.isoformat() + ("Z" if value.tzinfo is None else "")
    return value.isoformat() if isinstance(value, date) else value


def written_out(sql: str, values: Mapping[str, Any]) -> str:
    """A statement with its bound values as literals, for people to read and run."""
    return _BOUND.sub(lambda found: _literal(values[found[1]]), sql)


def _literal(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return (
        str(value) if isinstance(value, (int, float, Decimal)) else "'" + str(value).replace("'", "''") + "'"
    )
