"""The tables of the change log and of the store's own facts; they are no entities and have no form.

Other tables of the store stand beside the functions that keep them (users.py, runs.py, outbox.py …).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from operational.entity import Base, Identity
from operational.field import Moment

Json = JSON(none_as_null=True)
GONE = text("op = 'delete'")

change_context = Table(
    "change_context",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("actor", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("channel", String(40), nullable=False),
    Column("at", Moment(), nullable=False),
)

# One row of the log stands for one changed row, or for the ids first_id..last_id of a bulk insert.
# On PostgreSQL the table also has `xid`, see changelog.py.
change_log = Table(
    "change_log",
    Base.metadata,
    Column("seq", Identity, primary_key=True),
    Column("entity", String(63), nullable=False),
    Column("first_id", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("op", String(6), nullable=False),
    Column("changed_at", Moment(), nullable=False),
    Column(
        "context_id", BigInteger
    ),  # of change_context, whose row the same transaction wrote: no key to check
    Column("before", Json),
    Index("ix_change_log_record", "entity", "first_id"),
    Index("ix_change_log_gone", "entity", sqlite_where=GONE, postgresql_where=GONE),
    sqlite_autoincrement=True,
)

# SQLite has no variables of a transaction: this one row, set and removed within it, stands for them.
current_context = Table(
    "current_context",
    Base.metadata,
    Column("one", Integer, CheckConstraint("one = 1", name="one"), primary_key=True),
    Column("context_id", Identity, nullable=False),
)

# identity: who this store is, renewed when it is replaced; schema: digest of what was last applied.
store_fact = Table(
    "store_fact",
    Base.metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)


def insert_unless_there(session: Session, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless one with the same key is there, also one that another transaction is writing."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(table).values(row).on_conflict_do_nothing()
    return session.execute(made.returning(*table.primary_key.columns)).first() is not None
