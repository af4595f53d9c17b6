"""Past states: rebuilt from history they equal what was published, cell by cell; what was known at a time likewise."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from operational.crud.access import SYSTEM_ACTOR
from operational.settings import Settings
from operational.store.engine import for_writing
from operational.store.session import Store
from operational.store.snapshots import published_snapshot
from pipelines.asking import answer_question
from pipelines.rebuild import KEPT_REBUILT, known_state, published_state
from tests.pipelines.conftest import differences, fill, load
from tests.pipelines.test_increments import CHANGES, apply
from warehouse.connect import rebuilt_file, version_file
from warehouse.question import AskRefused, parse_question

ASKED = parse_question(metrics="gross_revenue", start="2026-09-01", as_of="2026-11-01")


def revenue(store: Store, **says: object) -> object:
    return answer_question(store, SYSTEM_ACTOR, ASKED, **says).rows[0]["gross_revenue"]


def change(store: Store, sql: str) -> None:
    with for_writing(store.engine).begin() as connection:
        connection.execute(text(sql))


def taken_away(store: Store, snapshot: str) -> Path:
    """Move a published file aside, so that it can only be rebuilt; where it is now."""
    file = version_file(store.settings.warehouse_directory, snapshot)
    aside = store.settings.data / f"aside-{snapshot}.duckdb"
    shutil.move(file, aside)
    return aside


def assert_rebuilt_as_published(store: Store, snapshot: str) -> None:
    aside = taken_away(store, snapshot)
    name = published_state(store, snapshot)
    assert differences(aside, rebuilt_file(store.settings.warehouse_directory, name)) == {}
    aside.unlink()


def test_every_published_state_is_told_again(company: Store) -> None:
    first = load(company).snapshot
    assert first
    apply(company, ("insert", 2, 1))
    change(company, "UPDATE \"order\" SET state = 'void' WHERE id = 2")
    change(company, "DELETE FROM order_line WHERE id = 1")
    change(company, "UPDATE customer SET region_id = 2 WHERE id = 1")
    second = load(company).snapshot
    assert second
    change(company, "UPDATE customer SET region_id = 1 WHERE id = 1")
    apply(company, ("insert", 1, 2))
    load(company)
    known = revenue(company, snapshot=first), revenue(company, snapshot=second)
    assert_rebuilt_as_published(company, first)
    assert_rebuilt_as_published(company, second)
    assert (revenue(company, snapshot=first), revenue(company, snapshot=second)) == known


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(CHANGES, max_size=6),
    after=st.lists(CHANGES, min_size=1, max_size=8),
    number=st.integers(),
)
def test_whatever_happened_since_the_state_is_told_as_it_was(
    before: list[tuple[str, object, object]],
    after: list[tuple[str, object, object]],
    number: int,
    tmp_path: Path,
    empty_sqlite_file: Path,
) -> None:
    directory = tmp_path / f"case{time.time_ns()}"
    directory.mkdir()
    shutil.copyfile(empty_sqlite_file, directory / "store.sqlite")
    store = Store.open(Settings(data=directory))
    fill(store)
    for one in before:
        apply(store, one)
    snapshot = load(store).snapshot
    assert snapshot
    kept = directory / "kept.duckdb"
    shutil.copyfile(version_file(store.settings.warehouse_directory, snapshot), kept)
    for one in after:
        apply(store, one)
    load(store)
    version_file(store.settings.warehouse_directory, snapshot).unlink(missing_ok=True)
    name = published_state(store, snapshot)
    assert differences(kept, rebuilt_file(store.settings.warehouse_directory, name)) == {}
    store.close()
    shutil.rmtree(directory)


def test_a_state_is_rebuilt_without_any_published_file(sqlite_company: Store) -> None:
    snapshot = load(sqlite_company).snapshot
    assert snapshot
    change(sqlite_company, "UPDATE order_line SET amount = 1 WHERE id = 1")
    load(sqlite_company)
    aside = taken_away(sqlite_company, snapshot)
    for file in sqlite_company.settings.warehouse_directory.glob("*.duckdb"):
        file.unlink()
    name = published_state(sqlite_company, snapshot)
    assert differences(aside, rebuilt_file(sqlite_company.settings.warehouse_directory, name)) == {}


def test_what_was_known_at_a_time(company: Store) -> None:
    load(company)
    between = datetime.now(UTC)
    time.sleep(0.002)
    change(company, "UPDATE order_line SET amount = 5000000 WHERE id = 1")
    apply(company, ("insert", 1, 1))
    time.sleep(0.002)
    unloaded = datetime.now(UTC)
    assert revenue(company, known_on=between) == revenue(company) == 400
    assert revenue(company, known_on=unloaded) == 700 + 3
    change(company, "DELETE FROM order_line WHERE id = 1")
    load(company)
    assert revenue(company, known_on=unloaded) == 703
    assert revenue(company, known_on=between) == 400


def test_a_transaction_is_known_as_a_whole(sqlite_company: Store) -> None:
    with sqlite_company.writing("test") as session:
        session.execute(text("UPDATE order_line SET amount = 5000000 WHERE id = 1"))
        time.sleep(0.002)
        within = datetime.now(UTC)
        time.sleep(0.002)
        session.execute(text("UPDATE order_line SET amount = 5000000 WHERE id = 2"))
    assert revenue(sqlite_company, known_on=within) == 400


def test_times_and_states_that_nothing_is_known_of_are_refused(sqlite_company: Store) -> None:
    load(sqlite_company)
    with pytest.raises(AskRefused, match="still to come"):
        known_state(sqlite_company, datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(AskRefused, match="Nothing was recorded here before"):
        known_state(sqlite_company, datetime(2001, 1, 1, tzinfo=UTC))
    with pytest.raises(AskRefused, match="No state '20010101T000000Z' was published"):
        published_state(sqlite_company, "20010101T000000Z")


def test_a_file_of_other_declarations_answers_what_it_can_and_is_rebuilt_for_the_rest(
    sqlite_company: Store,
) -> None:
    snapshot = load(sqlite_company).snapshot
    assert snapshot
    file = version_file(sqlite_company.settings.warehouse_directory, snapshot)
    with duckdb.connect(file) as older:
        older.execute("drop table core.fct_request")
    with sqlite_company.bookkeeping() as session:
        session.execute(update(published_snapshot).values(declarations="of an earlier version"))
    change(sqlite_company, "UPDATE order_line SET amount = 1 WHERE id = 1")
    load(sqlite_company)
    whole = answer_question(sqlite_company, SYSTEM_ACTOR, ASKED, snapshot=snapshot)
    assert (whole.rows[0]["gross_revenue"], whole.notes) == (400, ())
    requests = parse_question(metrics="requests_opened", as_of="2026-11-01")
    answer = answer_question(sqlite_company, SYSTEM_ACTOR, requests, snapshot=snapshot)
    assert answer.rows[0]["requests_opened"] == 1
    assert "today's declarations" in answer.notes[-1]["en"]


def test_only_a_few_rebuilt_states_are_kept(sqlite_company: Store) -> None:
    load(sqlite_company)
    for _ in range(KEPT_REBUILT + 1):
        change(sqlite_company, "UPDATE customer SET name = name || '.' WHERE id = 1")
        known_state(sqlite_company, datetime.now(UTC))
    folder = sqlite_company.settings.warehouse_directory / "rebuilt"
    assert len(list(folder.glob("*.duckdb"))) == KEPT_REBUILT
    assert list(folder.glob("*.unfinished")) == []
