"""The same size, seed and day give the same company, on either database; anything else another one."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from operational.demo.company import NotEmpty, make_company
from operational.entity import tables_in_feed
from operational.store.feed import feed_columns
from operational.store.session import Store
from tests.demo.conftest import UNTIL, Company, fresh_store

pytestmark = pytest.mark.xdist_group("demo")


def digest(store: Store, *without: str) -> str:
    """Of every value of every record that leaves the store."""
    found = hashlib.sha256()
    with store.reading() as session:
        for name, cls in tables_in_feed():
            columns = [f'"{column.name}"' for column in feed_columns(cls) if column.name not in without]
            for row in session.execute(text(f'select {", ".join(columns)} from "{name}" order by id')):
                found.update(repr([plain(value) for value in row]).encode())
    return found.hexdigest()


def plain(value: Any) -> Any:
    """SQLite gives text and numbers where PostgreSQL gives dates and flags."""
    if isinstance(value, bool):
        return str(int(value))
    shown = value.isoformat(sep=" ") if hasattr(value, "hour") else value
    return str(shown).removesuffix(".000000") if shown is not None else None


def test_the_same_again_is_the_same(company: Company, tmp_path: Path, empty_sqlite_file: Path) -> None:
    store = fresh_store(tmp_path / "again", empty_sqlite_file)
    truth = make_company(store, size="small", seed=1, until=UNTIL)
    assert digest(store) == digest(company.store)
    assert truth == company.truth
    with pytest.raises(NotEmpty):
        make_company(store, size="small", seed=1, until=UNTIL)
    store.close()


def test_on_postgresql_it_is_the_same(company: Company, postgres_store: Store) -> None:
    truth = make_company(postgres_store, size="small", seed=1, until=UNTIL)
    assert truth == company.truth
    assert digest(postgres_store) == digest(company.store)


@pytest.mark.parametrize(("seed", "until"), [(2, UNTIL), (1, date(2024, 2, 29))])
def test_another_seed_or_day_is_another_company(
    company: Company, tmp_path: Path, empty_sqlite_file: Path, seed: int, until: date
) -> None:
    store = fresh_store(tmp_path / "other", empty_sqlite_file)
    truth = make_company(store, size="small", seed=seed, until=until)
    assert truth.totals["gross_revenue"] != company.truth.totals["gross_revenue"]
    assert truth.last_day == until
    lowest = "select min(b) from (select sum(quantity) over (partition by item_id, depot_id, lot order by moved_at, id) as b from stock_movement)"
    with store.reading() as session:
        assert session.scalar(text(lowest)) == 0
        assert session.scalar(text('select max(ordered_on) from "order"')) <= str(until)
    store.close()


def test_progress_is_told_table_by_table(tmp_path: Path, empty_sqlite_file: Path) -> None:
    told: list[tuple[str, int, int]] = []
    store = fresh_store(tmp_path / "told", empty_sqlite_file)
    truth = make_company(
        store, until=UNTIL, progress=lambda what, done=0, total=0: told.append((what, done, total))
    )
    store.close()
    done: dict[str, int] = {}
    for what, rows, total in told:
        assert 0 <= rows <= total
        if rows == total:
            done[what] = done.get(what, 0) + rows
    assert done == truth.counts
