"""The only place where DuckDB is opened: the build file for the one writer, published versions for readers.

What the files contain is the business of landing and tables; when they are published, of publish.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

import duckdb

from warehouse.zone import zone_macros

Connection = duckdb.DuckDBPyConnection  # the name by which other packages speak of it
POINTER = "CURRENT"
BUILD_FILE = "build.duckdb"
REBUILT = "rebuilt"  # the folder of past states that were built again
NOT_IN_STATE = (
    duckdb.CatalogException,
    duckdb.BinderException,
)  # a question to a state made before its tables were
KEPT_OPEN = 4  # published versions that one process keeps open at once
KEPT_READ = 500  # statements
JOINS_AS_WRITTEN = "set global disabled_optimizers = 'build_side_probe_side'"
_OPENING = (
    threading.Lock()
)  # who opens a file that is open already must find it unlocked or locked, not between
_QUIET = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


class NotPublishedError(Exception):
    """There is no such published warehouse (yet)."""


class WarehouseDamagedError(Exception):
    """A published file cannot be read."""


def version_file(directory: Path, snapshot: str) -> Path:
    """Where a snapshot lies; the name is its id."""
    if not snapshot.replace("-", "").isalnum() or f"{snapshot.casefold()}.duckdb" == BUILD_FILE:
        raise NotPublishedError(f"'{snapshot}' is no snapshot id.")
    return directory / f"{snapshot}.duckdb"


def rebuilt_file(directory: Path, snapshot: str) -> Path:
    """Where a past state lies that was built again, for a while."""
    return version_file(directory / REBUILT, snapshot)


def current_snapshot(directory: Path) -> str:
    """The id that the pointer names; NotPublishedError where nothing was published, or the pointer names nothing."""
    try:
        snapshot = (directory / POINTER).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise NotPublishedError("The warehouse has not been loaded yet; run: yingke refresh") from None
    try:
        version_file(directory, snapshot)
    except NotPublishedError:
        raise NotPublishedError(
            f"The file {POINTER} of the warehouse is damaged; publish anew with: yingke refresh"
        ) from None
    return snapshot


def open_build(directory: Path, timezone: str, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """The writer's connection on the build file; a second writer gets DuckDB's lock error.

    WarehouseDamagedError where the file is no database any more.
    """
    directory.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(directory / BUILD_FILE, config=dict(_QUIET))
    except duckdb.Error as problem:
        if "lock" in str(problem):
            raise
        raise WarehouseDamagedError(
            f"The warehouse file {BUILD_FILE} cannot be read; rebuild it with: yingke refresh --full"
        ) from problem
    prepare(connection, timezone, threads=threads)
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, timezone: str, *, threads: int | None = None) -> None:
    """Schemas, session settings and zone macros that every warehouse file has."""
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    if threads:
        connection.execute(f"set threads = {int(threads)}")
    for schema in ("raw", "history", "staging", "core", "marts", "meta"):
        connection.execute(f"create schema if not exists {schema}")
    connection.execute(zone_macros(timezone))


@lru_cache(maxsize=1)
def parser() -> duckdb.DuckDBPyConnection:
    """A connection without a file, for what is read and not run; take a cursor of it."""
    return duckdb.connect(config=dict(_QUIET))


@lru_cache(maxsize=KEPT_READ)
def read_statement(sql: str) -> duckdb.Statement:
    """One statement as DuckDB reads it, to be run on any connection, again and again, with other values.

    Reading is up to a third of the time of an answer of few milliseconds, and a page asks the same for other days.
    """
    return parser().cursor().extract_statements(sql)[0]


class Warehouse:
    """Readers' access to what is published: one hardened read-only connection per version and process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._open: dict[str, duckdb.DuckDBPyConnection] = {}
        self._lock = threading.Lock()

    def cursor(self) -> tuple[duckdb.DuckDBPyConnection, str]:
        """A cursor of one's own on the version that is current now, and that version's id."""
        snapshot = current_snapshot(self.directory)
        return self.at(snapshot), snapshot

    def at(self, snapshot: str) -> duckdb.DuckDBPyConnection:
        """A cursor of one's own on a given version; NotPublishedError if its file is gone."""
        with self._lock:
            connection = self._open.get(snapshot)
            if connection is not None and _has_died(connection):
                self._open.pop(snapshot).close()
                connection = self._open[snapshot] = self._connect(snapshot, JOINS_AS_WRITTEN)
            if connection is None:
                connection = self._open[snapshot] = self._connect(snapshot)
                self._forget_old()
            return connection.cursor()

    def close(self) -> None:
        """Close every version; cursors handed out before stop working."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def _connect(self, snapshot: str, *settings: str) -> duckdb.DuckDBPyConnection:
        path = version_file(self.directory, snapshot)
        if not path.exists():
            path = rebuilt_file(self.directory, snapshot)
        if not path.exists():
            raise NotPublishedError(f"The file of snapshot {snapshot} is not there; run: yingke refresh")
        try:
            with _OPENING:
                connection = duckdb.connect(
                    path, read_only=True, config={**_QUIET, "enable_external_access": False}
                )
                locked = connection.execute("select current_setting('lock_configuration')").fetchone()
                if (
                    locked and not locked[0]
                ):  # it is, where another Warehouse of this process has the same file open
                    for setting in (
                        "set global TimeZone = 'UTC'",
                        *settings,
                        "set lock_configuration = true",
                    ):
                        connection.execute(setting)
        except duckdb.Error as problem:
            raise WarehouseDamagedError(
                f"The warehouse file {path.name} cannot be read; rebuild it with: yingke refresh --full"
            ) from problem
        return connection

    def _forget_old(self) -> None:
        # cursors in use keep their database alive, so closing the parent connection harms no reader
        while len(self._open) > KEPT_OPEN:
            self._open.pop(next(iter(self._open))).close()


def _has_died(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether DuckDB lets nobody read any more: after an internal error of its own it refuses every statement."""
    try:
        connection.execute("select 1")
    except duckdb.Error:
        return True
    return False
