"""The store as files and back: SQLite by its own online backup, PostgreSQL table by table in one snapshot.

What else belongs to a backup stands in safekeeping.py.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, make_url, text

from operational.entity import Base
from operational.store.engine import StoreError, for_writing
from operational.store.feed import restart
from operational.store.schema import create_schema, is_created
from operational.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from operational.settings import Settings

SQLITE_FILE = "store.sqlite"
PAGES = 2000  # copied between two looks at who else is waiting


def copy_out(store: Store, folder: Path) -> Iterator[Path]:
    """Copy the store's present state into files of a folder, while it is in use."""
    if store.is_postgres:
        yield from _tables_out(store, folder)
        return
    target = folder / SQLITE_FILE
    source = Path(str(make_url(store.settings.store_url).database))
    with (
        contextlib.closing(_only_read(source)) as reading,
        contextlib.closing(sqlite3.connect(target)) as writing,
    ):
        reading.execute("BEGIN")  # one state, however long the copy takes
        reading.execute("SELECT 1 FROM store_fact").fetchone()
        reading.backup(writing, pages=PAGES)
        writing.execute("PRAGMA journal_mode = DELETE")
    yield target


def _only_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def check(folder: Path, kind: object) -> None:
    """StoreError where the copy cannot be a sound store."""
    if kind == "sqlite":
        with contextlib.closing(_only_read(folder / SQLITE_FILE)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            raise StoreError(f"备份中的存储已损坏：{said}", f"The store in the backup is damaged: {said}")


def copy_in(settings: Settings, folder: Path, data: Path, kind: object) -> None:
    """Make the copied store the one of the settings; its readers take everything anew."""
    wanted = make_url(settings.store_url).get_backend_name()
    if wanted != kind:
        raise StoreError(
            f"备份来自 {kind}，而设置中的存储是 {wanted}。",
            f"The backup is of a {kind} store, the settings name a {wanted} one; set YINGKE_STORE accordingly.",
        )
    if kind == "sqlite":
        place = Path(str(make_url(settings.store_url).database))
        inside = place.is_relative_to(settings.data.resolve())
        target = data / place.relative_to(settings.data.resolve()) if inside else place
        if target.exists():
            raise StoreError(f"{target} 已存在。", f"{target} exists already; move it away first.")
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / SQLITE_FILE).replace(target)
        return
    _tables_in(settings, folder)


def _tables_out(store: Store, folder: Path) -> Iterator[Path]:
    with store.reading() as session:
        connection = session.connection()
        for name in sorted(inspect(connection).get_table_names()):
            columns = _columns(connection, name)
            path = folder / f"{name}.copy"
            with path.open("wb") as file:
                file.write((",".join(columns) + "\n").encode())
                with _cursor(connection).copy(
                    f"COPY {_quoted([name])} ({_quoted(columns)}) TO STDOUT"
                ) as rows:
                    for row in rows:
                        file.write(row)
            yield path


def _tables_in(settings: Settings, folder: Path) -> None:
    store = Store.open(settings)
    try:
        if is_created(store.engine):
            raise StoreError("数据库不是空的。", "The database is not empty; restore into an empty one.")
        create_schema(store.engine)
        with for_writing(store.engine).begin() as connection:
            tables = [
                table.name
                for table in Base.metadata.sorted_tables
                if (folder / f"{table.name}.copy").exists()
            ]
            for name in tables:
                connection.execute(text(f"ALTER TABLE {_quoted([name])} DISABLE TRIGGER USER"))
            for name in reversed(tables):
                connection.execute(text(f"DELETE FROM {_quoted([name])}"))
            for name in tables:
                _table_in(connection, name, folder / f"{name}.copy")
            for name in tables:
                connection.execute(text(f"ALTER TABLE {_quoted([name])} ENABLE TRIGGER USER"))
            restart(connection)
        create_schema(store.engine)
    finally:
        store.close()


def _table_in(connection: Connection, name: str, path: Path) -> None:
    with path.open("rb") as file:
        columns = file.readline().decode().strip().split(",")
        with _cursor(connection).copy(f"COPY {_quoted([name])} ({_quoted(columns)}) FROM STDIN") as rows:
            while chunk := file.read(1 << 20):
                rows.write(chunk)
    if "id" in columns:
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:table, 'id'), (SELECT coalesce(max(id), 0) + 1 FROM "
                f"{_quoted([name])}), false)"
            ),
            {"table": _quoted([name])},
        )
    elif "seq" in columns:
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:table, 'seq'), (SELECT coalesce(max(seq), 0) + 1 FROM "
                f"{_quoted([name])}), false)"
            ),
            {"table": _quoted([name])},
        )


def _columns(connection: Connection, name: str) -> list[str]:
    """A table's columns but `xid`: transactions of this server mean nothing on another."""
    found = connection.execute(
        text(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND table_name = :table AND column_name <> 'xid' ORDER BY ordinal_position"
        ),
        {"table": name},
    )
    return list(found.scalars())


def _cursor(connection: Connection) -> Any:
    """psycopg's own cursor, which copies."""
    return connection.connection.cursor()


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
