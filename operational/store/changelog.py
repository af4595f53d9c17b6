"""Which triggers keep the change log, per table and dialect: all are generated from the declarations.

Their SQL stands in sqlite_triggers.py and postgres_triggers.py; schema.py applies it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table

from operational.entity import load_entities, tables_in_feed
from operational.store import postgres_triggers, sqlite_triggers
from operational.store.tables import change_log

# A change of these alone is no change of the record.
BOOKKEEPING = ("version", "created_at", "created_by", "updated_at", "updated_by")


@dataclass(frozen=True)
class TriggerSet:
    """The triggers of one table: their names, and the statements that make them anew."""

    table: str
    names: tuple[str, ...]
    statements: tuple[str, ...]


def trigger_sets(dialect: str) -> Iterator[TriggerSet]:
    """All triggers that a store of this dialect ('sqlite' or 'postgresql') must have."""
    load_entities()
    maker = postgres_triggers if dialect == "postgresql" else sqlite_triggers
    for _, cls in tables_in_feed():
        table: Table = cls.__table__  # type: ignore[assignment]  # a mapped class always has a Table
        watched = tuple(column.name for column in table.columns if column.name not in BOOKKEEPING)
        yield TriggerSet(table.name, *maker.logging(table, watched, append_only=is_append_only(table.name)))
    yield TriggerSet(change_log.name, *maker.forbidding(change_log, ("seq",)))


def is_append_only(table: str) -> bool:
    """Whether rows of this table are never changed, as its declaration says."""
    cls = load_entities().get(table)
    return cls is not None and cls.__entity__.append_only
