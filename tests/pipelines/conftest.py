"""A small company in a store, refreshes of it, and comparing what was published, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from operational.store.bulk import bulk_insert
from operational.store.session import Store
from pipelines.outcome import Outcome
from pipelines.refresh import recorded
from warehouse.connect import Warehouse, version_file

COMPANY: dict[str, dict[str, list[Any]]] = {
    "org_unit": {"code": ["HQ"], "name": ["总部"], "kind": ["head_office"]},
    "region": {"code": ["N", "S"], "name": ["华北", "华南"]},
    "customer": {
        "code": ["C1", "C2", "C3"], "name": ["甲", "乙", "丙"], "kind": ["customer"] * 3,
        "region_id": [1, 2, None], "org_unit_id": [1] * 3,
    },
    "item": {"code": ["I1", "I2"], "name": ["泵", "阀"], "kind": ["product", "part"],
             "list_price": [1_000_000, 250_000], "standard_cost": [600_000, 100_000]},
    "order": {
        "number": ["O1", "O2", "O3"], "customer_id": [1, 2, 1], "org_unit_id": [1] * 3, "kind": ["sales"] * 3,
        "ordered_on": [date(2026, 9, 1), date(2026, 9, 15), date(2026, 10, 2)],
        "state": ["closed", "approved", "draft"],
    },
    "order_line": {
        "order_id": [1, 1, 2, 3], "line_no": [1, 2, 1, 1], "item_id": [1, 2, 1, 2],
        "quantity": [2_000_000, 4_000_000, 1_000_000, 9_000_000],
        "unit_price": [1_000_000, 250_000, 1_000_000, 250_000],
        "amount": [2_000_000, 1_000_000, 1_000_000, 2_250_000],
    },
    "service_request": {
        "number": ["R1"], "customer_id": [1], "subject": ["漏油"], "state": ["closed"],
        "opened_at": [datetime(2026, 9, 3, 2, 0)], "resolved_at": [datetime(2026, 9, 4, 2, 0)],  # noqa: DTZ001
        "closed_at": [datetime(2026, 9, 5, 2, 0)],  # noqa: DTZ001
    },
}  # fmt: skip
REVENUE = 400  # 200 + 100 + 100, the draft does not count


def fill(store: Store) -> None:
    """Write the company through the gate for many rows."""
    with store.writing("test") as session:
        for table, columns in COMPANY.items():
            bulk_insert(session, table, columns)


@pytest.fixture
def company(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def sqlite_company(sqlite_store: Store) -> Store:
    fill(sqlite_store)
    return sqlite_store


def load(store: Store, **says: Any) -> Outcome:
    """One refresh, every step, without Dagster around it."""
    with recorded(store, **says) as refreshing:
        refreshing.run()
    return refreshing.outcome


def published(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query on what is published."""
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        return warehouse.cursor()[0].execute(query).fetchall()
    finally:
        warehouse.close()


def revenue(store: Store) -> float:
    return float(
        published(store, "select coalesce(sum(amount), 0) from core.fct_order_line where counted")[0][0]
    )


def differences(one: Path, other: Path) -> dict[str, int]:
    """Tables of two published files that are not equal in every cell, with the number of rows that differ."""
    connection = duckdb.connect()
    connection.execute(f"attach '{one}' as a (read_only); attach '{other}' as b (read_only)")
    tables = connection.execute(
        "select distinct table_schema || '.\"' || table_name || '\"' from information_schema.tables "
        "where table_catalog in ('a', 'b') and table_schema in ('raw', 'history', 'core', 'marts') "
    ).fetchall()
    found = {}
    for (table,) in tables:
        row = connection.execute(
            f"select count(*) from ((from a.{table} except all from b.{table}) union all "
            f"(from b.{table} except all from a.{table}))"
        ).fetchone()
        if row and row[0]:
            found[table] = row[0]
    connection.close()
    assert len(tables) > 40
    return found


@pytest.fixture
def equals_rebuild() -> Callable[[Store], None]:
    """Asserts that what is published equals a full build of the same store, cell by cell."""

    def check(store: Store) -> None:
        directory = store.settings.warehouse_directory
        before = load(store)
        after = load(store, full=True)
        assert before.snapshot != after.snapshot
        assert before.snapshot
        assert after.snapshot
        assert (
            differences(version_file(directory, before.snapshot), version_file(directory, after.snapshot))
            == {}
        )

    return check
