"""The schema of a store, brought at every start to what the declarations say.

Additions are derived here; what loses or rewrites data is a revision in migrations/, which runs first.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable

from operational.crud import tables as _crud_tables  # noqa: F401  # its numbers and submissions
from operational.entity import Base, load_entities
from operational.store import (  # noqa: F401  # their tables belong to the schema
    access_log,
    outbox,
    report_archive,
    runs,
    snapshots,
    users,
    web_sessions,
)
from operational.store.additions import add_missing_columns, add_missing_indexes
from operational.store.changelog import TriggerSet, trigger_sets
from operational.store.engine import for_writing
from operational.store.feed import comes_from_elsewhere, restart
from operational.store.postgres_triggers import TRANSACTION_COLUMN
from operational.store.tables import store_fact

REVISIONS = Path(__file__).parent / "migrations" / "versions"
LOCK = 7_364_112_090  # one number for all processes that change the schema of a PostgreSQL store


def create_schema(engine: Engine) -> None:
    """Make the store what the declarations say; does nothing, in a few milliseconds, where it already is.

    Safe when several processes start at once: they take turns, and whoever comes second finds it done.
    """
    load_entities()
    _never_reuse_ids()
    digest = schema_digest(engine)
    if is_current(engine):
        return
    with for_writing(engine).connect() as connection:
        if engine.dialect.name == "sqlite":
            # A revision may rebuild a table: with foreign keys on, dropping the old one deletes its lines.
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                if not _is_current(connection, digest):
                    _apply(connection, digest)
        finally:
            if engine.dialect.name == "sqlite":
                connection.connection.execute("PRAGMA foreign_keys = ON")


def is_current(engine: Engine) -> bool:
    """Whether the store is what the declarations say already."""
    load_entities()
    _never_reuse_ids()
    with engine.connect() as connection:
        return _is_current(connection, schema_digest(engine))


def is_created(engine: Engine) -> bool:
    """Whether the store has a schema at all; an empty file or database has none."""
    with engine.connect() as connection:
        return inspect(connection).has_table(store_fact.name)


def drop_everything(engine: Engine) -> None:
    """Empty the store, records, logins and history alike; `create_schema` makes it anew as another store."""
    with for_writing(engine).connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                tables = inspect(connection).get_table_names()
                quote = connection.dialect.identifier_preparer.quote
                cascade = " CASCADE" if engine.dialect.name == "postgresql" else ""
                for table in tables:
                    connection.exec_driver_sql(f"DROP TABLE {quote(table)}{cascade}")
        finally:
            if engine.dialect.name == "sqlite":
                connection.connection.execute("PRAGMA foreign_keys = ON")


def _never_reuse_ids() -> None:
    """The log tells records apart by id, so SQLite must not give a deleted record's id to another."""
    for table in Base.metadata.tables.values():
        if list(table.primary_key.columns.keys()) == ["id"]:
            table.dialect_options["sqlite"]["autoincrement"] = True


def schema_digest(engine: Engine) -> str:
    """A digest of everything that the schema is derived from."""
    parts = [path.name for path in sorted(REVISIONS.glob("*.py"))]
    for table in Base.metadata.sorted_tables:
        parts.append(str(CreateTable(table).compile(engine)))
        parts += sorted(str(CreateIndex(index).compile(engine)) for index in table.indexes)
    for triggers in trigger_sets(engine.dialect.name):
        parts += triggers.statements
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _is_current(connection: Connection, digest: str) -> bool:
    if not inspect(connection).has_table(store_fact.name):
        return False
    if _fact(connection, "schema") != digest or comes_from_elsewhere(connection):
        return False
    expected = {name for triggers in trigger_sets(connection.dialect.name) for name in triggers.names}
    return expected <= _present_triggers(connection)


def _apply(connection: Connection, digest: str) -> None:
    from operational.store.migrations import run  # alembic is slow to import and rarely needed

    fresh = not inspect(connection).has_table(store_fact.name)
    feed_is_void = fresh or comes_from_elsewhere(connection)
    if fresh:
        run.mark_as_newest(connection, REVISIONS)
    elif run.is_pending(connection, REVISIONS):
        # Triggers name the columns of before and cannot log a table's rebuilding: readers take all anew.
        _drop_triggers(connection)
        run.run_pending(connection, REVISIONS)
        feed_is_void = True
    present = set(inspect(connection).get_table_names())
    Base.metadata.create_all(connection)
    for table in Base.metadata.sorted_tables:
        if table.name in present:
            add_missing_columns(connection, table)
            add_missing_indexes(connection, table)
    if connection.dialect.name == "postgresql":
        for statement in TRANSACTION_COLUMN:
            connection.exec_driver_sql(statement)
    if feed_is_void:
        restart(connection)
    there = _present_triggers(connection)
    for triggers in trigger_sets(connection.dialect.name):
        _keep_triggers(connection, triggers, there)
    _set_fact(connection, "schema", digest)


def _drop_triggers(connection: Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    there = _present_triggers(connection)
    for triggers in trigger_sets(connection.dialect.name):
        for name in there.intersection(triggers.names):
            on = f' ON "{triggers.table}"' if postgres else ""
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"{on}')


def _keep_triggers(connection: Connection, triggers: TriggerSet, there: set[str]) -> None:
    """Make a table's triggers anew where their text has changed or one of them is missing."""
    digest = hashlib.sha256("\n".join(triggers.statements).encode()).hexdigest()
    fact = f"triggers of {triggers.table}"
    if there.issuperset(triggers.names) and _fact(connection, fact) == digest:
        return
    for statement in triggers.statements:
        connection.exec_driver_sql(statement)
    _set_fact(connection, fact, digest)


def _present_triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return set(connection.execute(text(query)).scalars())


def _fact(connection: Connection, name: str) -> str | None:
    return connection.execute(
        store_fact.select().with_only_columns(store_fact.c.value).where(store_fact.c.name == name)
    ).scalar()


def _set_fact(connection: Connection, name: str, value: str) -> None:
    connection.execute(store_fact.delete().where(store_fact.c.name == name))
    connection.execute(store_fact.insert().values(name=name, value=value))
