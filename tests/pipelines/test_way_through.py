"""From a row in the store, by whatever way it came, to a published figure."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from operational.store.engine import for_writing
from operational.store.runs import DONE, last_runs, request_refresh
from operational.store.session import Store
from pipelines.refresh import refresh
from tests.pipelines.conftest import REVENUE, load, published, revenue
from warehouse.connect import BUILD_FILE, POINTER, NotPublishedError, WarehouseDamagedError


def test_bulk_and_plain_sql_reach_the_figures(company: Store) -> None:
    first = load(company)
    assert first.rows["order_line"] == {"new": 4, "changed": 0, "deleted": 0}
    assert revenue(company) == REVENUE
    with for_writing(company.engine).begin() as connection:
        connection.execute(text("UPDATE \"order\" SET state = 'approved' WHERE number = 'O3'"))
        connection.execute(text("DELETE FROM order_line WHERE id = 1"))
    second = load(company)
    assert second.rows["order"] == {"new": 0, "changed": 1, "deleted": 0}
    assert second.rows["order_line"] == {"new": 0, "changed": 0, "deleted": 1}
    assert revenue(company) == REVENUE + 225 - 200


def test_a_line_that_moves_to_another_order_leaves_the_first(company: Store) -> None:
    load(company)
    with for_writing(company.engine).begin() as connection:
        connection.execute(text("UPDATE order_line SET order_id = 3 WHERE id = 1"))
    load(company)
    assert revenue(company) == REVENUE - 200


def test_nothing_changed_publishes_nothing_new(company: Store) -> None:
    first = load(company)
    second = load(company)
    assert second.published
    assert second.snapshot == first.snapshot
    assert set(second.tables.values()) == {"skipped"}


def test_tables_without_a_change_are_skipped(company: Store) -> None:
    load(company)
    with for_writing(company.engine).begin() as connection:
        connection.execute(text("UPDATE item SET name = '新泵' WHERE id = 1"))
    how = load(company).tables
    assert how["core.dim_item"] == "rows"
    assert how["core.dim_customer"] == how["core.fct_order"] == how["core.fct_receipt"] == "skipped"


def test_an_empty_store_can_be_published(store: Store) -> None:
    assert load(store).published
    assert revenue(store) == 0


@pytest.mark.parametrize("rest", ["", "../../x", "\x00\x01"])
def test_a_damaged_pointer_is_told_and_the_next_refresh_publishes_anew(company: Store, rest: str) -> None:
    load(company)
    (company.settings.warehouse_directory / POINTER).write_text(rest)
    with pytest.raises(NotPublishedError, match="is damaged; publish anew with: yingke refresh"):
        revenue(company)
    assert load(company).published
    assert revenue(company) == REVENUE


def test_a_damaged_build_file_is_told_and_a_full_refresh_mends_it(company: Store) -> None:
    load(company)
    (company.settings.warehouse_directory / BUILD_FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseDamagedError, match="rebuild it with: yingke refresh --full"):
        load(company)
    assert revenue(company) == REVENUE  # what was published stays
    assert load(company, full=True).published
    assert revenue(company) == REVENUE


def test_private_fields_never_leave_the_store(company: Store) -> None:
    load(company)
    columns = {name for (name,) in published(company, "select column_name from information_schema.columns")}
    assert not columns & {"version", "created_by", "password_hash"}


def test_the_whole_command_runs_dagsters_job_and_serves_requests(sqlite_company: Store) -> None:
    request_refresh(sqlite_company, "clerk")
    outcome = refresh(sqlite_company, asked_by="test")
    assert outcome.published
    assert {"import", "orchestration", "extract", "model", "copy"} <= outcome.seconds.keys()
    with sqlite_company.reading() as session:
        (run,) = last_runs(session, "refresh")
        done = session.execute(text("SELECT done_at FROM refresh_request")).scalar_one()
    assert (run.state, run.snapshot) == (DONE, outcome.snapshot)
    assert done is not None
    assert revenue(sqlite_company) == REVENUE
