"""An import killed at the beginning of any step, or on a full disk, leaves nothing; run again it gives what one run gives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from operational.store.engine import StoreFull
from operational.transfer.import_file import STEPS
from tests.transfer.desk import Desk

ORDERS = "number,customer,ordered_on,lines.item,lines.quantity\n" + "".join(
    f"O{number // 3},C{number // 3 % 7},2026-01-01,I{number % 5},{number % 9 + 1}\n" for number in range(300)
)
TABLES = ("customer", "item", "order", "order_line", "change_log", "state_change")

SCRIPT = """
import os, signal, sys
from pathlib import Path
from operational.settings import Settings
from operational.store.session import Store
from operational.crud.access import SYSTEM_ACTOR
from operational.transfer.import_file import import_file

def die(step, place, count):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

store = Store.open(Settings(data=Path(sys.argv[1])))
import_file(store, SYSTEM_ACTOR, "order", Path(sys.argv[2]), history=True, create_missing=True,
            on_conflict="skip", rejects=Path(sys.argv[2]).with_suffix(".rejects"), progress=die)
"""


def contents(desk: Desk) -> list[list[tuple]]:
    """Every row without what depends on the clock."""
    found = []
    for table in TABLES:
        columns = [row[1] for row in desk.sql(f'pragma table_info("{table}")')]
        kept = ", ".join(f'"{one}"' for one in columns if not one.endswith("_at") and one != "context_id")
        found.append(desk.sql(f'select {kept} from "{table}" order by 1'))
    return found


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_the_beginning_of_a_step(quick_desk, step):
    path = quick_desk.file("orders.csv", ORDERS)
    before = contents(quick_desk)

    def run(until: str) -> int:
        command = [sys.executable, "-c", SCRIPT, str(quick_desk.store.settings.data), str(path), until]
        root = Path(__file__).resolve().parents[2]
        return subprocess.run(
            command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=False
        ).returncode

    assert run(step) == -signal.SIGKILL
    assert contents(quick_desk) == before
    result = quick_desk.load("order", path, history=True, create_missing=True, on_conflict="skip")
    assert (result.loaded, result.refused) == (300, 0)
    after = contents(quick_desk)
    assert (
        quick_desk.load("order", path, history=True, create_missing=True, on_conflict="skip").skipped == 300
    )
    assert contents(quick_desk) == after
    assert len(after[2]) == 100
    assert quick_desk.one("pragma integrity_check") == "ok"


def test_a_full_disk_is_named_and_leaves_nothing(quick_desk):
    pages = quick_desk.one("pragma page_count")

    def no_more_room(connection, _record):
        connection.execute(f"pragma max_page_count = {pages}")

    quick_desk.store.engine.dispose()
    event.listen(quick_desk.store.engine, "connect", no_more_room)
    before = contents(quick_desk)
    many = ORDERS + "".join(f"X{number},C0,2026-01-01,I0,1\n" for number in range(5_000))
    with pytest.raises(StoreFull, match="is full, nothing was changed"):
        quick_desk.load("order", many, history=True, create_missing=True)
    assert contents(quick_desk) == before
    event.remove(quick_desk.store.engine, "connect", no_more_room)
    quick_desk.store.engine.dispose()
    assert quick_desk.load("order", many, history=True, create_missing=True).loaded == 5_300
