"""The change feed as the pipelines read it: how far the store has come, and which records were touched since.

A position never skips a change, whatever the order of commits; the records themselves are read elsewhere.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, Table, text

from operational.entity import Entity, Line
from operational.store.changelog import BOOKKEEPING
from operational.store.engine import StoreError


class FeedRestarted(StoreError):
    """The position belongs to another store (replaced or restored): everything must be taken anew."""


@dataclass(frozen=True)
class Position:
    """A place in the feed; opaque, kept as text by whoever reads; "" is the beginning."""

    value: str = ""


@dataclass(frozen=True)
class TableChanges:
    """The touched ids of one table: inclusive ranges in ascending order, and single ids outside them."""

    table: str
    ranges: list[tuple[int, int]]
    ids: list[int]


@dataclass(frozen=True)
class FeedColumn:
    """A column that may leave the store: its name, kind (a field's, or `id`), and decimals where scaled."""

    name: str
    kind: str
    decimals: int | None = None


def head(connection: Connection) -> Position:
    """The position up to which every change is committed and final; later ones come with the next head.

    SQLite has one writer, so the sequence is the order of commits. On PostgreSQL it is the snapshot of the
    transaction: its horizon, below which nothing is running any more, is where the next reading begins, and
    the whole of it says exactly what this reading saw (past.py).
    """
    reached = connection.execute(text(_HEAD[connection.dialect.name])).scalar_one()
    return Position(f"{_identity(connection)}:{reached}")


def changes(
    connection: Connection, after: Position, until: Position, *, unfinished: bool = False
) -> list[TableChanges]:
    """What was touched after one position up to another, merged, by table name in alphabetical order.

    `unfinished`: also what can be seen already and comes with a later head.
    Raises FeedRestarted where `after` is no earlier place of the same store: then everything must be
    read anew, from the beginning and with what is gone dropped.
    """
    start, end = _span(connection, after, until)
    between = (_AFTER if unfinished else _BETWEEN)[connection.dialect.name]
    # Sorted here: asked to sort, SQLite walks an index of the whole log instead of its newest rows.
    rows = connection.execute(
        text(f"SELECT entity, first_id, last_id FROM change_log WHERE {between}"),
        {"start": start} | ({} if unfinished else {"end": end}),
    )
    touched: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for entity, first, last in rows:
        firsts, lasts = touched[entity]
        firsts.append(first)
        lasts.append(last)
    return [_merged(table, *touched[table]) for table in sorted(touched)]


def rows_in_log(connection: Connection, after: Position, until: Position) -> int:
    """How many rows of the log lie between two positions; a bulk insert counts once."""
    start, end = _span(connection, after, until)
    query = text(f"SELECT count(*) FROM change_log WHERE {_BETWEEN[connection.dialect.name]}")
    return connection.execute(query, {"start": start, "end": end}).scalar_one()


def earlier(one: Position, other: Position) -> Position:
    """The one of two positions of a store from which more is to be read."""
    return min(one, other, key=lambda position: int(_place(position)[1] or 0))


def restart(connection: Connection) -> None:
    """Make every position of before void, so that readers take everything anew: after a restore."""
    if connection.dialect.name == "postgresql":
        # Transactions of the server that a log was copied from may still be to come here.
        for statement in _RENUMBER:
            connection.execute(text(statement))
    renewed = {"identity": secrets.token_hex(8)}
    connection.execute(text("DELETE FROM store_fact WHERE name = 'identity'"))
    connection.execute(text("INSERT INTO store_fact (name, value) VALUES ('identity', :identity)"), renewed)


def comes_from_elsewhere(connection: Connection) -> bool:
    """Whether the log was copied from another PostgreSQL server: it names transactions still to come here."""
    if connection.dialect.name != "postgresql":
        return False
    newest = "SELECT xid >= pg_snapshot_xmax(pg_current_snapshot()) FROM change_log ORDER BY xid DESC LIMIT 1"
    return bool(connection.execute(text(newest)).scalar())


def feed_columns(table_class: type[Entity | Line]) -> list[FeedColumn]:
    """The columns of an entity or its lines that may leave the store; private fields may not."""
    table: Table = table_class.__table__  # type: ignore[assignment]  # a mapped class always has a Table
    columns = []
    for column in table.columns:
        field = column.info.get("field")
        if column.name in BOOKKEEPING or (field is not None and field.private):
            continue
        if field is not None:
            columns.append(FeedColumn(column.name, field.kind, field.decimals))
        elif column.foreign_keys:
            columns.append(FeedColumn(column.name, "link"))
        else:
            columns.append(FeedColumn(column.name, "id" if column.primary_key else "integer"))
    return columns


_HEAD = {
    "sqlite": "SELECT coalesce(max(seq), 0) FROM change_log",
    "postgresql": "SELECT pg_current_snapshot()::text",
}
_RENUMBER = (
    "ALTER TABLE change_log DISABLE TRIGGER USER",
    "UPDATE change_log SET xid = pg_current_xact_id() WHERE xid > pg_current_xact_id()",
    "ALTER TABLE change_log ENABLE TRIGGER USER",
)
_AFTER = {"sqlite": "seq > :start", "postgresql": "xid >= CAST(CAST(:start AS text) AS xid8)"}
_BETWEEN = {
    "sqlite": f"{_AFTER['sqlite']} AND seq <= :end",
    "postgresql": f"{_AFTER['postgresql']} AND xid < CAST(CAST(:end AS text) AS xid8)",
}


def _identity(connection: Connection) -> str:
    return connection.execute(text("SELECT value FROM store_fact WHERE name = 'identity'")).scalar_one()


def _span(connection: Connection, after: Position, until: Position) -> tuple[int | str, int | str]:
    identity, end = _place(until)
    known, start = _place(after)
    if after.value and (known != identity or int(start) > int(end)):
        raise FeedRestarted(
            "存储已被替换或恢复，需要全部重新读取；请运行 yingke refresh --full。",
            "The store was replaced or restored, so everything must be read anew; run yingke refresh --full.",
        )
    if connection.dialect.name == "postgresql":
        return start or "0", end
    return int(start or 0), int(end)


def _place(position: Position) -> tuple[str, str]:
    """The store that a position belongs to, and the number (of a change or a transaction) that it begins at."""
    identity, _, rest = position.value.partition(":")
    return identity, rest.partition(":")[0]


def _merged(table: str, firsts: list[int], lasts: list[int]) -> TableChanges:
    """Spans in any order, joined where they overlap or touch; those of one id are listed apart."""
    import numpy as np  # in Python, a million spans take ten times as long

    starts, ends = np.array(firsts), np.array(lasts)
    order = np.argsort(starts)
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    begins = np.flatnonzero(np.append(True, starts[1:] > ends[:-1] + 1))
    starts, ends = starts[begins], ends[np.append(begins[1:], len(ends)) - 1]
    many = ends > starts
    return TableChanges(
        table,
        ranges=list(zip(starts[many].tolist(), ends[many].tolist(), strict=True)),
        ids=starts[~many].tolist(),
    )
