"""The change log's rows about one record: each change with the row before and after it, in typed values.

How they are told to people is in history.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from operational.crud.lines import stored_lines, values_of
from operational.crud.typed import DECIMAL_KINDS
from operational.entity import Entity, Line
from operational.field import Field
from operational.store.tables import change_log

Values = dict[str, Any]  # by field name, links as ids


@dataclass(frozen=True)
class Change:
    """One row that changed, by its id: its values before (None: inserted) and after (None: deleted).

    `version` is the header's before the change; `line_no` that of a line.
    """

    seq: int
    row_id: int
    at: datetime
    context_id: int | None
    before: Values | None
    after: Values | None
    version: int | None = None
    line_no: int | None = None


def header_changes(session: Session, record: Entity) -> list[Change]:
    """The changes of the record's own row, oldest first."""
    cls = type(record)
    return _chained(cls, _rows(session, cls, change_log.c.first_id == record.id), values_of(record))


def line_changes(session: Session, record: Entity) -> list[Change]:
    """The changes of the record's lines, of those that are gone as well, oldest first."""
    line_cls = type(record).__lines__
    if line_cls is None:
        return []
    present = {line.id: line for line in stored_lines(session, type(record), record.id)}
    owner = change_log.c.before[f"{record.__tablename__}_id"].as_integer()
    gone = and_(change_log.c.op == "delete", owner == record.id)
    gone_ids = {row.first_id for row in _rows(session, line_cls, gone)}
    by_line: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in _rows(session, line_cls, change_log.c.first_id.in_({*present, *gone_ids})):
        by_line[row.first_id].append(row)
    found = []
    for line_id, rows in by_line.items():
        line = present.get(line_id)
        number = line.line_no if line else rows[-1].before["line_no"]
        found.extend(_chained(line_cls, rows, values_of(line) if line else None, number))
    return sorted(found, key=lambda one: one.seq)


def _rows(session: Session, cls: type[Entity | Line], condition: ColumnElement[bool]) -> list[Row[Any]]:
    statement = select(change_log).where(change_log.c.entity == cls.__tablename__, condition)
    return list(session.execute(statement.order_by(change_log.c.seq)))


def _chained(
    cls: type[Entity | Line], rows: list[Row[Any]], present: Values | None, line_no: int | None = None
) -> list[Change]:
    """Rows of the log about one row of a table: after each comes the next one's image, at last the row.

    There are none of a row that came with many at once and was never changed.
    """
    if not rows:
        return []
    afters = [_decoded(cls, row.before) for row in rows[1:]] + [present]
    return [
        Change(
            seq=row.seq,
            row_id=row.first_id,
            at=row.changed_at,
            context_id=row.context_id,
            before=_decoded(cls, row.before),
            after=None if row.op == "delete" else after,
            version=row.before.get("version") if row.before else None,
            line_no=line_no,
        )
        for row, after in zip(rows, afters, strict=True)
    ]


def _decoded(cls: type[Entity | Line], image: dict[str, Any] | None) -> Values | None:
    """A JSON image of a row as typed values; a column that came later is None in older images."""
    if image is None:
        return None
    return {name: _value(field, image.get(field.column)) for name, field in cls.__fields__.items()}


def _value(field: Field, stored: Any) -> Any:
    if stored is None:
        return None
    if field.kind in DECIMAL_KINDS:
        return Decimal(stored).scaleb(-(field.decimals or 0))
    if field.kind == "date":
        return date.fromisoformat(stored)
    if field.kind == "moment":
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    if field.kind == "flag":
        return bool(stored)
    return stored
