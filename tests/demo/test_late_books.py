"""A company that moved in with its old orders but only its latest books, as the large one does: what holds all the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from operational.demo.company import make_company
from operational.demo.size import SIZES
from tests.demo.conftest import UNTIL, Company, fresh_store

pytestmark = pytest.mark.xdist_group("demo")
BOOKS_DAYS = 365
SINCE = UNTIL - timedelta(days=BOOKS_DAYS - 1)


@pytest.fixture(scope="module")
def latest(tmp_path_factory: pytest.TempPathFactory, empty_sqlite_file: Path) -> Iterator[Company]:
    store = fresh_store(tmp_path_factory.mktemp("latest") / "data", empty_sqlite_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            SIZES, "latest", replace(SIZES["small"], name="latest", books_days=BOOKS_DAYS, steps_days=30)
        )
        yield Company(store, make_company(store, size="latest", until=UNTIL), 0.0)
    store.close()


def test_orders_reach_back_five_years_and_the_books_one(latest: Company, company: Company) -> None:
    assert latest.truth.totals["gross_revenue"] > 0.8 * company.truth.totals["gross_revenue"]
    for table, day in (("shipment", "shipped_on"), ("invoice", "invoiced_on"), ("receipt", "received_on")):
        assert latest.value(f"select min({day}) from {table}") >= str(SINCE)
    assert latest.value("select min(date(moved_at, '+8 hours')) from stock_movement") == str(SINCE)


def test_what_was_shipped_before_is_closed(latest: Company) -> None:
    states = latest.rows(
        'select state, count(*) from "order" where ordered_on < date(:since, \'-90 days\') '
        "and id not in (select order_id from shipment) group by 1", since=str(SINCE),
    )  # fmt: skip
    assert {state for state, _ in states} <= {"closed", "void", "rejected", "superseded"}


def test_stock_and_replacements_hold_together(latest: Company) -> None:
    for place in ("item_id, depot_id", "item_id, depot_id, lot"):
        balance = f"sum(quantity) over (partition by {place} order by moved_at, id)"
        assert latest.value(f"select min(b) from (select {balance} as b from stock_movement)") >= 0
    query = "select count(*) from part_replacement where (depot_id is null) <> (date(replaced_at, '+8 hours') < :since)"
    assert latest.value(query, since=str(SINCE)) == 0
    taken = "select count(*) from stock_movement where source like 'part_replacement:%'"
    assert (
        latest.value(taken)
        == latest.value("select count(*) from part_replacement where depot_id is not null")
        > 0
    )
