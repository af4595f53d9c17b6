"""The small demonstration company, made once for all tests that only read it, and a way to ask its store."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from operational.demo.company import make_company
from operational.demo.truth import Truth
from operational.settings import Settings
from operational.store.session import Store

UNTIL = date(2026, 9, 29)
COUNTED = "('approved', 'partly_shipped', 'shipped', 'closed')"


@dataclass
class Company:
    """A store that holds the company, what is known about it, and how long it took."""

    store: Store
    truth: Truth
    seconds: float

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.store.reading() as session:
            return [tuple(row) for row in session.execute(text(query), values)]

    def value(self, query: str, **values: Any) -> Any:
        [(answer,)] = self.rows(query, **values)
        return answer


def fresh_store(directory: Path, empty: Path) -> Store:
    """An empty SQLite store in its own data directory."""
    directory.mkdir()
    shutil.copyfile(empty, directory / "store.sqlite")
    return Store.open(Settings(data=directory))


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory, empty_sqlite_file: Path) -> Iterator[Company]:
    store = fresh_store(tmp_path_factory.mktemp("demo") / "data", empty_sqlite_file)
    start = time.monotonic()
    truth = make_company(store, size="small", seed=1, until=UNTIL)
    yield Company(store, truth, time.monotonic() - start)
    store.close()


@pytest.fixture
def lived_in(company: Company, tmp_path: Path) -> Iterator[Company]:
    """A copy of the company that a test may change."""
    directory = tmp_path / "data"
    directory.mkdir()
    with contextlib.closing(sqlite3.connect(company.store.settings.data / "store.sqlite")) as source:
        source.execute("vacuum into ?", [str(directory / "store.sqlite")])
    store = Store.open(Settings(data=directory))
    yield Company(store, company.truth, company.seconds)
    store.close()
