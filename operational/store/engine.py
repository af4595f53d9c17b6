"""Engines for both kinds of store: pragmas, explicit transactions, isolation, plain refusals.

An engine made here can only read until `for_writing` says otherwise; who may write is session.py's business.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from operational.field import Label

BUSY_SECONDS = 10
CONNECT_SECONDS = 5
POSTGRES_BUSY = ("55P03", "40P01", "40001")  # lock not available, deadlock, serialization failure
POSTGRES_FULL = "53100"
SQLITE_PRAGMAS = (
    "synchronous = FULL",  # what was acknowledged survives a power cut
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -32000",
    "analysis_limit = 1000",  # ANALYZE then takes milliseconds, however large the table
)
LEAST_ROOM = 64 * 1024  # bytes: less than SQLite needs beside a store to open it
SQLITE_BROKEN = ("disk I/O error", "malformed", "not a database", "unable to open")


class StoreError(Exception):
    """A failure of the store as one sentence for people, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh, en)


class StoreUnreachable(StoreError):
    """The store cannot be opened or has gone away."""


class StoreBusy(StoreError):
    """Another transaction stood in the way, longer than we wait; the same may be tried again."""


class StoreFull(StoreError):
    """There is no room on the disk; nothing was changed."""


def make_engine(url: str) -> Engine:
    """An engine of a SQLite file or a PostgreSQL database; nothing is connected yet.

    Raises StoreUnreachable where the URL is none or names another database system.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "sqlite":
            if not parsed.database:
                raise ArgumentError("a SQLite store needs a file")
            return _sqlite_engine(url, Path(parsed.database))
        if kind == "postgresql":
            return _postgres_engine(url)
    except (ArgumentError, NoSuchModuleError):
        pass
    raise StoreUnreachable(
        "YINGKE_STORE 不是可用的存储地址；请写成 sqlite:////目录/store.sqlite 或 postgresql://用户@主机/库。",
        "YINGKE_STORE is no address of a store; write sqlite:////folder/store.sqlite or "
        "postgresql://user@host/database.",
    )


def for_writing(engine: Engine) -> Engine:
    """The same pool for transactions that write: BEGIN IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL.

    PostgreSQL writers lock the rows they depend on, so the newest committed state is the right one to see.
    """
    return engine.execution_options(access="write")


def check_reachable(engine: Engine) -> None:
    """Connect once; StoreUnreachable with the reason in a sentence if that fails."""
    try:
        with engine.connect():
            pass
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise (full() if _without_room(engine) else unreachable(engine, error)) from error


def place_of(engine: Engine) -> str:
    """Where the store is, for people: the path of its file, or the server's address without the password."""
    is_file = engine.dialect.name == "sqlite"
    return str(engine.url.database) if is_file else engine.url.render_as_string(hide_password=True)


def plain_error(engine: Engine, error: DBAPIError) -> StoreError | None:
    """The sentence for an error of the surroundings (locks, disk, connection); None for any other."""
    said, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    if "database is locked" in said or state in POSTGRES_BUSY:
        return busy()
    if state == POSTGRES_FULL or any("disk is full" in str(one) for one in _causes(error)):
        return full()
    if not error.connection_invalidated and not any(word in said for word in SQLITE_BROKEN):
        return None
    return full() if _without_room(engine) else unreachable(engine, error)


def _without_room(engine: Engine) -> bool:
    """Whether the disk of a SQLite store is so full that it cannot even be opened: SQLite calls that an I/O error."""
    place = engine.url.database
    if engine.dialect.name != "sqlite" or not place or not Path(place).parent.exists():
        return False
    return shutil.disk_usage(Path(place).parent).free < LEAST_ROOM


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it came from: on a full disk SQLite takes the whole transaction back, so that the
    last complaint is of a savepoint that is gone.
    """
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def full() -> StoreFull:
    """The sentence for a disk without room."""
    return StoreFull(
        "存储所在磁盘已满，未作任何更改；请清理磁盘后再试。",
        "The disk of the store is full, nothing was changed; make room and try again.",
    )


def busy() -> StoreBusy:
    """The sentence for a lock that was not given in time."""
    return StoreBusy(
        "存储正忙：另一项写入尚未结束，请稍后再试。",
        "The store is busy with another change; please try again.",
    )


def unreachable(engine: Engine, error: BaseException) -> StoreUnreachable:
    """The sentence for a store that cannot be reached; it names the place, never the password."""
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()
    said = (reason[0] if reason else type(error).__name__).rstrip(".。")
    place = place_of(engine)
    if engine.dialect.name == "sqlite":
        remedy = Label("请检查该文件及其权限", "check that file and its rights")
    else:
        remedy = Label("请检查 PostgreSQL 与 YINGKE_STORE", "check that PostgreSQL runs, and YINGKE_STORE")
    return StoreUnreachable(
        f"无法打开存储 {place}：{said}；{remedy.zh}。",
        f"The store {place} cannot be opened: {said}; {remedy.en}.",
    )


def _sqlite_engine(url: str, path: Path) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, pool_size=8, max_overflow=24, pool_timeout=BUSY_SECONDS
    )
    event.listen(engine, "do_connect", lambda *_: path.parent.mkdir(parents=True, exist_ok=True))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: _begin_sqlite does
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _switch_to_wal(cursor)
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Two processes may open a fresh store at once; SQLite does not wait for this one lock by itself."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        with contextlib.suppress(sqlite3.OperationalError):
            if cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        if time.monotonic() > until:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a lock that is asked for later is refused without waiting."""
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if _writes(connection) else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _postgres_engine(url: str) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "yingke",
            "options": f"-c lock_timeout={BUSY_SECONDS}s",
        },
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=BUSY_SECONDS,
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _begin_postgres(connection: Connection) -> None:
    """What the driver says when it begins: it does so with the first statement, which costs no round trip."""
    from psycopg import IsolationLevel

    driver: Any = connection.connection.dbapi_connection
    writes = _writes(connection)
    driver.read_only = not writes
    driver.isolation_level = IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ


def _writes(connection: Connection) -> bool:
    return connection.get_execution_options().get("access") == "write"
