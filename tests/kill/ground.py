"""A company whose warehouse is behind its store, and what must hold of it after any kill."""

from __future__ import annotations

import contextlib
import csv
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from operational.settings import Settings
from operational.store.engine import for_writing
from operational.store.schema import create_schema
from operational.store.session import Store
from tests.pipelines.conftest import REVENUE, differences, fill, load, revenue
from warehouse.connect import Warehouse, version_file

VICTIM = Path(__file__).with_name("victim.py")
ORDERS = 200
LINES = 3
SEEN = """select (select coalesce(sum(amount), 0) from core.fct_order_line where counted),
(select coalesce(sum(amount), 0) from core.fct_order where counted), (select snapshot from meta.load)"""


@dataclass(frozen=True)
class Ground:
    """A data directory to copy, the warehouse that an undisturbed refresh makes of it, and revenue before and after."""

    data: Path
    clean: Path
    before: float
    after: float


def prepare(folder: Path) -> Ground:
    """A published company, then changes in its store that are not loaded yet."""
    data = folder / "data"
    data.mkdir(parents=True)
    store = Store.open(Settings(data=data))
    create_schema(store.engine)
    fill(store)
    load(store)
    with for_writing(store.engine).begin() as connection:
        connection.execute(text("UPDATE \"order\" SET state = 'closed' WHERE number = 'O3'"))
        connection.execute(text("UPDATE customer SET region_id = 2 WHERE id = 1"))
        connection.execute(text("DELETE FROM order_line WHERE id = 2"))
    store.close()
    with (data / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["number", "customer", "ordered_on", "state", "lines.item", "lines.quantity", "lines.unit_price"]
        )
        for order in range(ORDERS):
            for line in range(LINES):
                rows.writerow(
                    [f"K{order}", f"C{order % 3 + 1}", "2026-10-01", "closed", f"I{line % 2 + 1}", "1", "10"]
                )
    undisturbed = folder / "undisturbed"
    shutil.copytree(data, undisturbed)
    clean = Store.open(Settings(data=undisturbed))
    snapshot = load(clean).snapshot
    after = revenue(clean)
    clean.close()
    return Ground(data, version_file(undisturbed / "warehouse", str(snapshot)), REVENUE, after)


def start(data: Path, work: str, step: str = "") -> subprocess.Popen[bytes]:
    """The victim, at work."""
    return subprocess.Popen(
        [sys.executable, VICTIM, data, work, *([step] if step else [])], stdout=subprocess.DEVNULL
    )


@contextmanager
def watched(ground: Ground, data: Path) -> Iterator[None]:
    """A reader at work beside the victim: it never meets an error or a mixture, only the old state or the new."""
    stop, wrong, looks = threading.Event(), list[object](), 0
    warehouse = Warehouse(data / "warehouse")

    def read() -> None:
        nonlocal looks
        while not stop.wait(0.002):
            try:
                cursor, snapshot = warehouse.cursor()
                (seen,) = cursor.execute(SEEN).fetchall()
            except Exception as problem:
                wrong.append(problem)
                return
            looks += 1
            if seen[0] != seen[1] or seen[2] != snapshot or seen[0] not in (ground.before, ground.after):
                wrong.append((snapshot, seen))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        stop.set()
        reader.join()
        warehouse.close()
    assert wrong == []
    assert looks > 0


def after_refresh(ground: Ground, data: Path) -> None:
    """The store is whole, readers see the old state or the new, and the next refresh ends as if nothing had been."""
    whole(data)
    store = Store.open(Settings(data=data))
    try:
        assert revenue(store) in (ground.before, ground.after)
        began = time.monotonic()
        outcome = load(store)
        assert time.monotonic() - began < 60
        assert outcome.published
        assert revenue(store) == ground.after
        assert differences(ground.clean, version_file(data / "warehouse", str(outcome.snapshot))) == {}
        assert not list((data / "warehouse").glob("*.unfinished"))
    finally:
        store.close()


def after_import(data: Path) -> None:
    """All of the file is there or nothing; imported again it is there once."""
    whole(data)
    assert _imported(data) in ((0, 0), (ORDERS, ORDERS * LINES))
    assert start(data, "import").wait(120) == 0
    assert _imported(data) == (ORDERS, ORDERS * LINES)
    store = Store.open(Settings(data=data))
    load(store)
    assert revenue(store) == REVENUE + 225 - 100 + ORDERS * LINES * 10
    store.close()


def whole(data: Path) -> None:
    """SQLite finds nothing wrong, and no line is without its order."""
    with contextlib.closing(sqlite3.connect(data / "store.sqlite")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []


def _imported(data: Path) -> tuple[int, int]:
    with contextlib.closing(sqlite3.connect(data / "store.sqlite")) as store:
        return (
            store.execute("SELECT count(*) FROM \"order\" WHERE number LIKE 'K%'").fetchone()[0],
            store.execute(
                "SELECT count(*) FROM order_line WHERE order_id IN (SELECT id FROM \"order\" WHERE number LIKE 'K%')"
            ).fetchone()[0],
        )
