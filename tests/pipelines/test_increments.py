"""Whatever happens in the store between refreshes, the increment equals a full rebuild, cell by cell."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from operational.demo.company import make_company
from operational.settings import Settings
from operational.store.bulk import bulk_insert, bulk_update
from operational.store.engine import for_writing
from operational.store.session import Store
from tests.pipelines.conftest import differences, fill, load
from tests.pipelines.random_records import RandomRecords
from warehouse.connect import BUILD_FILE
from warehouse.table import load_tables

_numbers = itertools.count(1)
pick = st.integers(0, 20)
CHANGES = st.one_of(
    st.tuples(st.just("UPDATE \"order\" SET state = '{0}' WHERE id = {1}"), st.sampled_from(["void", "closed", "shipped"]), pick),
    st.tuples(st.just('UPDATE "order" SET customer_id = {0} WHERE id = {1}'), st.integers(1, 3), pick),
    st.tuples(st.just("UPDATE customer SET region_id = {0} WHERE id = {1}"), st.sampled_from(["1", "2", "NULL"]), st.integers(1, 3)),
    st.tuples(st.just("UPDATE customer SET kind = '{0}' WHERE id = {1}"), st.sampled_from(["customer", "alien"]), st.integers(1, 3)),
    st.tuples(st.just("UPDATE item SET standard_cost = {0} WHERE id = {1}"), st.integers(1, 10**7), st.integers(1, 2)),
    st.tuples(st.just("UPDATE order_line SET order_id = {0} WHERE id = {1}"), st.integers(1, 3), pick),
    st.tuples(st.just("UPDATE order_line SET quantity = {0} WHERE id = {1}"), st.integers(-5, 10**7), pick),
    st.tuples(st.just("UPDATE order_line SET cost = {0} WHERE id = {1}"), st.integers(1, 10**7), pick),
    st.tuples(st.just("DELETE FROM order_line WHERE id = {1}"), st.none(), pick),
    st.tuples(st.just('DELETE FROM "order" WHERE id = {1}'), st.none(), st.integers(4, 20)),
    st.tuples(st.just("insert"), st.integers(1, 3), st.integers(1, 2)),
    st.tuples(st.just("refresh"), st.none(), st.none()),
    st.tuples(st.just("UPDATE service_request SET closed_at = NULL, state = '{0}'"), st.sampled_from(["new", "odd"]), pick),
)  # fmt: skip
SERVICE = {
    "service_calendar": {"code": ["K1"], "name": ["班"], "monday": ["09:00-18:00"], "saturday": ["10:00-12:00"]},
    "service_calendar_line": {"service_calendar_id": [1], "line_no": [1], "day": [date(2026, 9, 7)], "kind": ["holiday"]},
    "service_agreement": {
        "number": ["S1", "S2"], "customer_id": [1, 2], "starts_on": [date(2026, 1, 1)] * 2, "state": ["active"] * 2,
        "calendar_id": [1, None], "response_hours": [4_000_000, 8_000_000], "resolution_hours": [20_000_000, None],
        "pauses_for_customer": [True, False],
    },
    "service_agreement_line": {
        "service_agreement_id": [1], "line_no": [1], "priority": ["急"], "response_hours": [1_000_000],
    },
    "person": {"code": ["p", "q"], "name": ["甲", "乙"], "org_unit_id": [1, 1]},
    "service_request": {
        "number": [f"Q{number}" for number in range(6)], "customer_id": [1, 1, 1, 2, 2, 3], "subject": ["漏油"] * 6,
        "state": ["new"] * 6, "opened_at": [datetime(2026, 9, 4 + number, 3, 0) for number in range(6)],  # noqa: DTZ001
    },
}  # fmt: skip
of_service = st.integers(1, 7)
SERVICE_CHANGES = st.one_of(
    st.tuples(st.just("UPDATE service_agreement SET response_hours = {0} WHERE id = {1}"), st.integers(0, 10**8), st.integers(1, 2)),
    st.tuples(st.just("UPDATE service_agreement SET state = '{0}' WHERE id = {1}"), st.sampled_from(["draft", "active", "suspended"]), st.integers(1, 2)),
    st.tuples(st.just("UPDATE service_agreement SET customer_id = {0} WHERE id = {1}"), st.integers(1, 3), st.integers(1, 2)),
    st.tuples(st.just("UPDATE service_agreement_line SET priority = {0} WHERE id = 1"), st.sampled_from(["'急'", "NULL"]), pick),
    st.tuples(st.just("UPDATE service_calendar SET monday = {0}"), st.sampled_from(["'08:00-12:00'", "NULL"]), pick),
    st.tuples(st.just("UPDATE service_calendar_line SET day = '2026-09-{0:02}'"), st.integers(4, 14), pick),
    st.tuples(st.just("UPDATE service_request SET priority = '{0}' WHERE id = {1}"), st.sampled_from(["急", "缓"]), of_service),
    st.tuples(st.just("UPDATE service_request SET assignee_id = {0} WHERE id = {1}"), st.sampled_from([1, 2, "NULL"]), of_service),
    st.tuples(st.just("UPDATE service_request SET agreement_id = {0} WHERE id = {1}"), st.sampled_from([1, 2, "NULL"]), of_service),
    st.tuples(st.just("step"), st.sampled_from(["in_progress", "waiting_customer", "resolved", "closed"]), of_service),
    st.tuples(st.just("refresh"), st.none(), st.none()),
)  # fmt: skip


def apply(store: Store, change: tuple[str, object, object]) -> None:
    what, first, second = change
    if what == "refresh":
        load(store)
    elif what == "insert":
        number = next(_numbers)
        with store.writing("test") as session:
            made, _ = bulk_insert(
                session, "order",
                {"number": [f"N{number}"], "customer_id": [first], "org_unit_id": [1], "kind": ["sales"],
                 "ordered_on": ["2026-10-10"], "state": ["approved"]},
            )  # fmt: skip
            bulk_insert(
                session, "order_line",
                {"order_id": [made] * 2, "line_no": [1, 2], "item_id": [second] * 2, "quantity": [10**6, 2 * 10**6],
                 "unit_price": [10**4] * 2, "amount": [10**4, 2 * 10**4]},
            )  # fmt: skip
    elif what == "step":
        step(store, str(first), second)
    else:
        with for_writing(store.engine).begin() as connection:
            connection.execute(text(what.format(first, second)))


def step(store: Store, state: str, request: object) -> None:
    """A step of a request with what it leaves on the request itself, a day after the one before."""
    number = next(_numbers)
    at = datetime(2026, 9, 12, 1, 0) + timedelta(days=number % 40)  # noqa: DTZ001
    with store.writing("test") as session:
        bulk_insert(
            session, "state_change",
            {"entity": ["service_request"], "record": [request], "sequence": [number], "verb": ["go"],
             "from_state": ["new"], "to_state": [state], "changed_at": [at]},
        )  # fmt: skip
        ended = at if state == "closed" else None
        bulk_update(session, "service_request", [request], {"state": [state], "closed_at": [ended]})


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(SERVICE_CHANGES, min_size=1, max_size=12))
def test_increments_of_service_equal_a_rebuild(
    changes: list[tuple[str, object, object]],
    tmp_path: Path,
    empty_sqlite_file: Path,
    equals_rebuild: Callable[[Store], None],
) -> None:
    compare(changes, tmp_path, empty_sqlite_file, equals_rebuild, SERVICE)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=1, max_size=12))
def test_increments_equal_a_rebuild(
    changes: list[tuple[str, object, object]],
    tmp_path: Path,
    empty_sqlite_file: Path,
    equals_rebuild: Callable[[Store], None],
) -> None:
    compare(changes, tmp_path, empty_sqlite_file, equals_rebuild, {})


def compare(
    changes: list[tuple[str, object, object]],
    tmp_path: Path,
    empty_sqlite_file: Path,
    equals_rebuild: Callable[[Store], None],
    more: dict[str, dict[str, list[Any]]],
) -> None:
    directory = tmp_path / f"case{next(_numbers)}"
    directory.mkdir()
    shutil.copyfile(empty_sqlite_file, directory / "store.sqlite")
    store = Store.open(Settings(data=directory))
    fill(store)
    with store.writing("test") as session:
        for table, columns in more.items():
            bulk_insert(session, table, columns)
    load(store)
    for change in changes:
        apply(store, change)
    equals_rebuild(store)
    store.close()
    shutil.rmtree(directory)


@pytest.mark.parametrize("rounds", [1, 3])
def test_increments_equal_a_rebuild_on_both_stores(
    company: Store, equals_rebuild: Callable[[Store], None], rounds: int
) -> None:
    load(company)
    for number in range(rounds):
        apply(company, ("insert", 1 + number % 3, 1))
        apply(company, ("UPDATE customer SET region_id = {0} WHERE id = {1}", "2", 1 + number % 3))
        apply(company, ('DELETE FROM "order" WHERE id = {1}', None, 4 + number))
        apply(company, ("UPDATE item SET standard_cost = {0} WHERE id = {1}", 5 + number, 1))
        load(company)
    equals_rebuild(company)


def test_what_is_owed_follows_the_depots_of_its_unit(
    sqlite_company: Store, equals_rebuild: Callable[[Store], None]
) -> None:
    """A new first depot takes over what the unit owes, though no row of it named that depot before."""
    with for_writing(sqlite_company.engine).begin() as connection:
        connection.execute(text("UPDATE \"order\" SET state = 'approved'"))
    load(sqlite_company)
    with for_writing(sqlite_company.engine).begin() as connection:
        connection.execute(text("INSERT INTO depot (code, name, org_unit_id) VALUES ('N', 'new', 1)"))
    equals_rebuild(sqlite_company)


@pytest.mark.parametrize("seed", range(3))
def test_any_change_to_any_table_is_followed(sqlite_store: Store, tmp_path: Path, seed: int) -> None:
    changed_at_random(RandomRecords(sqlite_store, seed), (1, 5, 40), ())
    compare_builds(sqlite_store, tmp_path)


@pytest.mark.parametrize("seed", range(3))
def test_rows_take_new_attributes_from_their_day_on(sqlite_store: Store, tmp_path: Path, seed: int) -> None:
    versioned = [one.versions_of for one in load_tables().values() if one.versions_of]
    changed_at_random(RandomRecords(sqlite_store, seed, each=12), (10, 20), versioned)
    compare_builds(sqlite_store, tmp_path)


def changed_at_random(records: RandomRecords, counts: Sequence[int], among: Sequence[str]) -> None:
    """Six refreshes, each after some changes, at times that go on through the days of the records."""
    records.fill()
    load(records.store)
    for _ in range(6):
        for _ in range(records.dice.choice(counts)):
            records.change(*among)
        records.as_if_over_days()
        load(records.store)


def compare_builds(store: Store, tmp_path: Path) -> None:
    """The builds, not what is published: a blocking check may hold what random records make of them."""
    load(store)  # what the last refresh fed back into the store
    build = store.settings.warehouse_directory / BUILD_FILE
    by_increments = shutil.copyfile(build, tmp_path / "by_increments.duckdb")
    load(store, full=True)
    assert differences(by_increments, build) == {}


def test_only_what_has_one_row_is_built_whole_after_changes(sqlite_store: Store) -> None:
    records = RandomRecords(sqlite_store, seed=7)
    records.fill()
    load(sqlite_store)
    records.change_every_table()
    whole = {name for name, how in load(sqlite_store).tables.items() if how == "whole"}
    assert {name for name in whole if not load_tables()[name].grain.en.startswith("one row:")} == set()


def test_new_costs_of_some_items_reach_the_many_lines_of_a_company(
    sqlite_store: Store, equals_rebuild: Callable[[Store], None]
) -> None:
    """Enough lines of few items, some without a version of their item on their day, for DuckDB to plan small joins."""
    make_company(sqlite_store, size="small", seed=1, until=date(2026, 9, 29))
    load(sqlite_store)
    with for_writing(sqlite_store.engine).begin() as connection:
        connection.execute(
            text(
                "update item set standard_cost = 1000000 + id where id in (select id from item order by id limit 20)"
            )
        )
    equals_rebuild(sqlite_store)
