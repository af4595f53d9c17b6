"""Several at once: readers while a new state is published, and two refreshes of one store."""

from __future__ import annotations

import multiprocessing
import threading
import time

import pytest
from sqlalchemy import text

from operational.settings import Settings
from operational.store.engine import for_writing
from operational.store.session import Store
from pipelines.refresh import RefreshRunning, recorded
from tests.pipelines.conftest import load, revenue
from warehouse.connect import Warehouse


def test_readers_see_one_whole_state_while_others_are_published(sqlite_company: Store) -> None:
    store = sqlite_company
    load(store)
    warehouse = Warehouse(store.settings.warehouse_directory)
    stop, wrong, seen = threading.Event(), [], set()

    def read() -> None:
        while not stop.is_set():
            try:
                connection, snapshot = warehouse.cursor()
                lines, orders = connection.execute(
                    "select (select count(*) from core.fct_order_line), (select sum(amount) from core.fct_order)"
                ).fetchone()
                (said,) = connection.execute("select snapshot from meta.load").fetchone()
                seen.add(snapshot)
                if said != snapshot or lines != 4 or orders is None:
                    wrong.append((snapshot, said, lines, orders))
            except Exception as problem:
                wrong.append(problem)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(6):
            with for_writing(store.engine).begin() as connection:
                connection.execute(text(f"UPDATE customer SET name = '甲{number}' WHERE id = 1"))
            load(store)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        warehouse.close()
    assert wrong == []
    assert len(seen) > 1


def test_the_second_of_two_refreshes_says_so(sqlite_company: Store) -> None:
    with recorded(sqlite_company) as refreshing:
        refreshing.extract()
        with pytest.raises(RefreshRunning), recorded(sqlite_company, wait_seconds=0.1):
            pass
        refreshing.stage()
        for schema in ("core", "marts"):
            refreshing.check(refreshing.model(schema))
        refreshing.publish()
    assert refreshing.outcome.published


def _refresh_elsewhere(settings: Settings, results: multiprocessing.Queue) -> None:
    store = Store.open(settings)
    results.put((time.time(), load(store, wait_seconds=60).published))
    store.close()


def test_five_refreshes_at_once_take_turns(sqlite_company: Store) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    arguments = (sqlite_company.settings, results)
    sqlite_company.close()
    all_five = [context.Process(target=_refresh_elsewhere, args=arguments) for _ in range(5)]
    for one in all_five:
        one.start()
    found = [results.get(timeout=120)[1] for _ in all_five]
    for one in all_five:
        one.join()
    assert found == [True] * 5
    assert revenue(sqlite_company) == 400
