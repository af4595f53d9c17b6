"""Empty stores for tests: `sqlite_store`, `postgres_store` on a real server, `store` (each in turn).

The server is started once per test process, as another user where the tests run as root, and stops with it.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from operational.settings import Settings
from operational.store.key import secret_key
from operational.store.schema import create_schema
from operational.store.session import Store

START_SECONDS = 30
SERVER_USERS = ("postgres", "nobody")
# A throw-away server: nothing of it must survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100",
        "shared_buffers": "64MB", "log_min_messages": "warning", "timezone": "UTC"}  # fmt: skip
# The server ends, and its files go, when this shell's input does, so also when the tests are killed.
LIVE_WITH_US = '"$@" & server=$!; read _; kill -QUIT $server; wait $server; rm -rf "$0"'
_numbers = itertools.count(1)


# Making a database costs half a second, emptying one a few milliseconds. What was never written has no size.
EMPTY = """
DO $$ DECLARE written text; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
   WHERE datname = current_database() AND pid <> pg_backend_pid();
  SELECT string_agg(format('%I', relname), ', ') INTO written FROM pg_class
   WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
     AND relname NOT IN ('store_fact', 'alembic_version');
  IF written IS NOT NULL THEN EXECUTE 'TRUNCATE ' || written || ' RESTART IDENTITY CASCADE'; END IF;
END $$
"""


@dataclass(frozen=True)
class PostgresServer:
    """A running server with a database `store` that the tests share, each finding it empty."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql://yingke@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # no trigger refuses to be emptied
            connection.execute(statement)


def _programs() -> Path | None:
    """The newest installed server's programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _server_user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((user for user in SERVER_USERS if user in known), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process."""
    programs, user = _programs(), _server_user()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    home = Path(tempfile.mkdtemp(prefix="yingke-pg-"))
    if user:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    who = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    cluster, server = home / "cluster", PostgresServer(_free_port())
    subprocess.run(
        [programs / "initdb", "-D", cluster, "-U", "yingke", "--auth=trust", "--no-sync", "--encoding=UTF8",
         "--locale=C.UTF-8", "--no-instructions"],
        check=True, capture_output=True, cwd="/", **who,
    )  # fmt: skip
    settings = FAST | {
        "listen_addresses": "127.0.0.1",
        "port": str(server.port),
        "unix_socket_directories": str(home),
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", LIVE_WITH_US, home, programs / "postgres", "-D", cluster, *options],
            stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", **who,
        )  # fmt: skip
    try:
        _await(server, process, home / "log")
        server.execute("CREATE DATABASE store")
        store = Store.open(Settings(data=home, store=server.url("store")))
        create_schema(store.engine)
        store.close()
        yield server
    finally:
        process.communicate()
        shutil.rmtree(home, ignore_errors=True)


def _await(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            server.execute("SELECT 1")
            return
        except psycopg.OperationalError:
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.02)


@pytest.fixture(scope="session")
def empty_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds an empty store, to copy."""
    directory = tmp_path_factory.mktemp("empty")
    store = Store.open(Settings(data=directory))
    create_schema(store.engine)
    store.close()
    return directory / "store.sqlite"


@pytest.fixture
def sqlite_store(tmp_path: Path, empty_sqlite_file: Path) -> Iterator[Store]:
    """A fresh, empty SQLite store in the default place of its own data directory."""
    settings = Settings(data=tmp_path / "data")
    secret_key(settings)  # made while there is no data yet, as `yingke init` does
    settings.data.mkdir()
    shutil.copyfile(empty_sqlite_file, settings.data / "store.sqlite")
    store = Store.open(settings)
    yield store
    store.close()


@pytest.fixture
def postgres_store(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[Store]:
    """An empty PostgreSQL store; a test that changes its schema takes `new_postgres_database` instead."""
    postgres_server.execute(EMPTY, "store")
    store = Store.open(Settings(data=tmp_path / "data", store=postgres_server.url("store")))
    yield store
    store.close()


@pytest.fixture
def new_postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database of the test's own, without a schema."""
    name = f"own_{next(_numbers)}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store of each kind: a test that takes it runs twice."""
    return request.getfixturevalue(f"{request.param}_store")
