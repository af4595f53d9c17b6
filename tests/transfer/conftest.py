"""A desk over a fresh store with a head office: `desk` on each kind of store, `quick_desk` and `shop` on SQLite.

The SQLite ones are copies of a file that is made once.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from operational.settings import Settings
from operational.store.session import Store
from tests.transfer.desk import Desk, furnished, stocked


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A head office and nothing else, on each kind of store."""
    return furnished(store, tmp_path)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, empty_sqlite_file: Path) -> Callable[[str], Path]:
    """SQLite files with a head office, and with a shop's few records."""
    files: dict[str, Path] = {}
    for name, fill in (("office", lambda one: one), ("shop", stocked)):
        folder = tmp_path_factory.mktemp(name)
        shutil.copyfile(empty_sqlite_file, folder / "store.sqlite")
        store = Store.open(Settings(data=folder))
        fill(furnished(store, folder))
        store.close()  # the last connection brings everything from the log into the file
        files[name] = folder / "store.sqlite"
    return files.__getitem__


def _copy(file: Path, folder: Path) -> Iterator[Desk]:
    settings = Settings(data=folder / "data")
    settings.data.mkdir()
    shutil.copyfile(file, settings.data / "store.sqlite")
    store = Store.open(settings)
    yield Desk(store, folder)
    store.close()


@pytest.fixture
def quick_desk(prepared: Callable[[str], Path], tmp_path: Path) -> Iterator[Desk]:
    """A head office and nothing else, where the kind of store makes no difference."""
    yield from _copy(prepared("office"), tmp_path)


@pytest.fixture
def shop(prepared: Callable[[str], Path], tmp_path: Path) -> Iterator[Desk]:
    """A head office with two items, a customer and a depot."""
    yield from _copy(prepared("shop"), tmp_path)
