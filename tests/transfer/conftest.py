"""A desk over a fresh store with a head office: `desk` on each kind of store, `quick_desk` and `shop` on SQLite."""

from pathlib import Path

import pytest

from operational.store.session import Store
from tests.transfer.desk import Desk, furnished, stocked


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A head office and nothing else, on each kind of store."""
    return furnished(store, tmp_path)


@pytest.fixture
def quick_desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    """The same where the kind of store makes no difference."""
    return furnished(sqlite_store, tmp_path)


@pytest.fixture
def shop(quick_desk: Desk) -> Desk:
    """A head office with two items, a customer and a depot."""
    return stocked(quick_desk)
