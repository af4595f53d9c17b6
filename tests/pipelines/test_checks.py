"""Checks hold what is wrong back, quarantine sets rows aside and takes them back, two evaluations agree."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from operational.store.engine import for_writing
from operational.store.runs import DONE, HELD, last_runs
from operational.store.session import Store
from pipelines.quality.expectation import (
    between,
    count_broken,
    holds,
    in_column,
    in_set,
    matches,
    not_before,
    not_null,
    unique,
)
from pipelines.quality.great import validate_rows
from pipelines.quality.reconcile import CHECK, Reconciled
from pipelines.refresh import recorded
from pipelines.refreshing import Refreshing
from pipelines.source import Totals
from tests.pipelines.conftest import REVENUE, load, published, revenue
from warehouse.connect import open_build


def change(store: Store, *statements: str) -> None:
    with for_writing(store.engine).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_bad_row_is_set_aside_and_comes_back_when_mended(company: Store) -> None:
    load(company)
    change(company, "UPDATE \"order\" SET state = 'nonsense' WHERE number = 'O1'")
    outcome = load(company)
    assert outcome.quarantined == 1
    assert outcome.published
    (notice,) = outcome.notices
    assert (notice["entity"], notice["record"]) == ("order", "O1")
    assert "状态" in notice["reason"]
    assert "state" in notice["reason"]
    assert revenue(company) == REVENUE - 300
    assert published(company, "select quality from meta.load") == [("warn",)]
    since = published(company, "select since from meta.quarantine")
    change(company, "UPDATE \"order\" SET kind = 'project' WHERE number = 'O1'")
    load(company)
    assert published(company, "select since from meta.quarantine") == since
    change(company, "UPDATE \"order\" SET state = 'closed' WHERE number = 'O1'")
    outcome = load(company)
    assert outcome.quarantined == 0
    assert revenue(company) == REVENUE
    assert published(company, "select quality from meta.load") == [("pass",)]


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE order_line SET unit_price = -1 WHERE id = 1", "unit_price minimum"),
        ("UPDATE order_line SET discount_pct = 100000001 WHERE id = 1", "discount_pct maximum"),
        ("UPDATE customer SET kind = 'alien' WHERE id = 1", "kind choice"),
        (
            "UPDATE service_request SET resolved_at = '2026-09-01 00:00:00'",
            "resolved_at not before opened_at",
        ),
    ],
)
def test_each_kind_of_rule(sqlite_company: Store, statement: str, rule: str) -> None:
    load(sqlite_company)
    change(sqlite_company, statement)
    load(sqlite_company)
    assert [name for (name,) in published(sqlite_company, "select rule from meta.quarantine")] == [rule]


def test_a_lost_link_is_set_aside_when_its_target_goes(sqlite_company: Store) -> None:
    load(sqlite_company)
    with sqlite_company.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA query_only = OFF")
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("DELETE FROM item WHERE id = 2")
        raw.execute("PRAGMA foreign_keys = ON")
    outcome = load(sqlite_company)
    assert outcome.quarantined == 2
    assert revenue(sqlite_company) == REVENUE - 100


def broken_refresh(store: Store, statement: str) -> Refreshing:
    """A refresh whose build is spoilt between model and check, as an error in a model would."""
    with recorded(store) as refreshing:
        refreshing.extract()
        refreshing.stage()
        for schema in ("core", "marts"):
            built = refreshing.model(schema)
            refreshing.build.execute(statement)
            refreshing.check(built)
        refreshing.publish()
    return refreshing


def test_a_failed_blocking_check_keeps_the_old_state_and_says_why(company: Store) -> None:
    first = load(company)
    change(company, "UPDATE \"order\" SET state = 'closed' WHERE number = 'O3'")
    held = broken_refresh(company, "update core.fct_order set customer_id = 77 where order_id = 3").outcome
    assert not held.published
    assert held.held
    assert "core.fct_order" in (held.reason or "")
    assert held.snapshot == first.snapshot
    assert revenue(company) == REVENUE
    with company.reading() as session:
        newest = last_runs(session, "refresh")[0]
    assert newest.state == HELD
    assert "customer_id" in (newest.summary or {})["reason"]
    again = load(company)
    assert again.held, "the check is evaluated again although nothing changed, and still fails"
    change(company, "UPDATE \"order\" SET kind = 'project' WHERE number = 'O3'")
    mended = load(company)
    assert mended.published
    assert revenue(company) == REVENUE + 225
    with company.reading() as session:
        assert last_runs(session, "refresh")[0].state == DONE


def test_a_held_state_is_published_once_its_check_passes_even_without_a_change(sqlite_company: Store) -> None:
    load(sqlite_company)
    change(sqlite_company, "UPDATE \"order\" SET state = 'closed' WHERE number = 'O3'")
    broken_refresh(sqlite_company, "insert into core.dim_region select * from core.dim_region limit 1")
    settings = sqlite_company.settings
    build = open_build(settings.warehouse_directory, settings.timezone)
    build.execute("create table once as select distinct * from core.dim_region")
    build.execute("delete from core.dim_region; insert into core.dim_region from once; drop table once")
    build.close()
    outcome = load(sqlite_company)
    assert outcome.published
    assert revenue(sqlite_company) == REVENUE + 225


def test_a_repeated_key_fails_also_when_only_some_rows_changed(sqlite_company: Store) -> None:
    load(sqlite_company)
    change(sqlite_company, "UPDATE \"order\" SET kind = 'project' WHERE number = 'O1'")
    held = broken_refresh(
        sqlite_company, "insert into core.fct_order select * from core.fct_order where order_id = 1"
    ).outcome
    assert "order_id is unique" in (held.reason or "")


def test_the_store_and_raw_are_compared_exactly(company: Store) -> None:
    load(company)
    with recorded(company, full=True) as refreshing:
        refreshing.extract()
        lines = next(one for one in refreshing.loaded.reconciled if one.table.name == "order_line")
        assert lines.store == lines.raw
        assert lines.store.rows == 4
        assert 16_000_000 in lines.store.sums
        refreshing.loaded.reconciled[:] = [
            Reconciled(lines.table, Totals(4, 4, tuple(0 for _ in lines.raw.sums)), lines.raw)
        ]
        refreshing.stage()
        quality = refreshing.check([])
        assert [(one.table, one.check) for one in quality.blocking] == [("raw.order_line", CHECK)]
        refreshing.publish()
    assert refreshing.outcome.held


def test_a_change_that_the_feed_has_lost_is_seen_at_once(sqlite_company: Store) -> None:
    load(sqlite_company)
    with sqlite_company.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA query_only = OFF")
        (trigger,) = raw.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'log_order_line_update'"
        ).fetchone()
        raw.execute("DROP TRIGGER log_order_line_update")
        raw.execute("UPDATE order_line SET amount = amount + 1 WHERE id = 1")
        raw.execute(trigger)
        raw.commit()
    change(sqlite_company, "UPDATE customer SET name = 'renamed' WHERE id = 1")
    outcome = load(sqlite_company)
    assert outcome.held
    assert f"raw.order_line: {CHECK} (1)" in (outcome.reason or "")
    assert load(sqlite_company, full=True).published


def test_a_row_that_a_model_lost_is_seen(sqlite_company: Store) -> None:
    load(sqlite_company)
    change(sqlite_company, "UPDATE \"order\" SET kind = 'project' WHERE number = 'O1'")
    held = broken_refresh(sqlite_company, "delete from core.fct_order where order_id = 2").outcome
    assert "core.fct_order: has every row (1)" in (held.reason or "")


def test_of_a_large_table_the_touched_rows_are_counted(
    sqlite_company: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.quality.table_checks.LARGE", 0)
    load(sqlite_company)
    change(sqlite_company, "UPDATE \"order\" SET kind = 'project' WHERE number = 'O1'")
    held = broken_refresh(sqlite_company, "delete from core.fct_order where order_id = 1").outcome
    assert "core.fct_order: has every row (1)" in (held.reason or "")


ROWS = (
    "create table t as select * from (values (1, 5, 'a', date '2026-01-01', date '2026-01-02'), "
    "(2, -1, 'b', date '2026-01-03', date '2026-01-02'), (2, null, 'x', null, date '2026-01-02'), "
    "(null, 11, null, date '2026-01-01', date '2026-01-01')) v(k, n, s, a, b)"
)


def test_great_expectations_and_sql_find_the_same_rows(tmp_path: object) -> None:
    import duckdb

    build = duckdb.connect()
    build.execute(ROWS)
    expectations = (
        not_null("k", "k"),
        unique("u", ("k",), "select k from t group by k having count(*) > 1"),
        unique("uu", ("k", "b"), "select row(k, b) from t group by row(k, b) having count(*) > 1"),
        between("n", "n", minimum=0, maximum=10),
        in_set("s", "s", ("a", "b")),
        in_column("r", "k", "select 1 union all select 7", "targets"),
        not_before("ab", ("b", "b"), ("a", "a")),
        matches("m", "s", "[a-c]"),
        holds("n % 2 = 1", "n % 2 = 1"),
    )
    counts = count_broken(build, "t", expectations)
    assert counts == [1, 2, 2, 2, 1, 2, 1, 1, 1]
    among = [
        build.execute(f"select count(*) from t where {one.fails_among('t', 'true')}").fetchall()[0][0]
        for one in expectations
    ]
    assert among == counts
    results, disagree = validate_rows(build, "t", "true", expectations)
    assert disagree == []
    assert [one["unexpected_count"] for one in results] == counts
    assert results[3]["expectation_type"] == "expect_column_values_to_be_between"
    assert json.dumps(results, default=str)
