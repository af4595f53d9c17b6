"""Promised answers: the warehouse finds the planned agreements by itself, and the share kept is the one that the law lets expect."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import duckdb
import pytest
from sqlalchemy import text

from operational.settings import Settings
from operational.store.engine import for_writing
from operational.store.session import Store
from tests.demo.conftest import UNTIL, Company
from tests.pipelines.conftest import load
from warehouse.ask import ask
from warehouse.connect import Warehouse
from warehouse.question import parse_question

pytestmark = pytest.mark.xdist_group("demo")
AS_OF = (UNTIL + timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def warehouse(
    company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The company in the warehouse; requests do not say any more which agreement they had."""
    directory = tmp_path_factory.mktemp("promises") / "data"
    shutil.copytree(company.store.settings.data, directory)
    store = Store.open(Settings(data=directory))
    with for_writing(store.engine).begin() as connection:
        connection.execute(text("update service_request set agreement_id = null"))
    assert load(store).published
    opened = Warehouse(store.settings.warehouse_directory)
    yield opened.cursor()[0]
    opened.close()
    store.close()


def test_each_request_finds_the_agreement_of_its_day_and_its_time(
    company: Company, warehouse: duckdb.DuckDBPyConnection
) -> None:
    planned = {
        number: (agreement, due)
        for number, agreement, due in company.rows(
            "select r.number, a.number, strftime('%s', r.response_due_at) from service_request r "
            "join service_agreement a on a.id = r.agreement_id"
        )
    }
    found = {
        number: (agreement, due)
        for number, agreement, due in warehouse.execute(
            "select p.number, a.number, epoch(p.late_local - interval 8 hours) from core.fct_promise p "
            "join core.dim_agreement a using (agreement_id) where p.target = 'response'"
        ).fetchall()
    }
    assert len(planned) > 400
    assert {number: one for number, (one, _) in found.items()} == {
        number: one for number, (one, _) in planned.items()
    }
    for number, (_, due) in planned.items():
        assert abs(found[number][1] - int(due)) <= 1, number  # instants were cut to whole seconds


def test_the_share_answered_in_time_is_the_expected_one(
    company: Company, warehouse: duckdb.DuckDBPyConnection
) -> None:
    expected = company.truth.expected["answered_in_time"]
    question = parse_question(
        metrics="sla_attainment,sla_undecided", as_of=AS_OF, where=["state!=cancelled", "state!=merged"]
    )
    (found,) = ask(warehouse, question, None).as_json()["rows"]
    assert abs(found["sla_attainment"] - expected["share"]) < 3 * expected["standard_error"]
    # decided are those whose time is over, and a few who were answered before it was
    assert 0 <= found["sla_attainment:n"] - expected["requests"] < 20


def test_the_share_solved_in_the_first_contact_is_the_expected_one(
    company: Company, warehouse: duckdb.DuckDBPyConnection
) -> None:
    expected = company.truth.expected["solved_in_first_contact"]
    (found,) = ask(warehouse, parse_question(metrics="first_contact_rate", as_of=AS_OF), None).as_json()[
        "rows"
    ]
    assert abs(found["first_contact_rate"] - expected["share"]) < 3 * expected["standard_error"]
    assert found["first_contact_rate:n"] == expected["requests"]
    assert 0.05 < expected["share"] < 0.3


def test_warranties_are_counted_as_planned(company: Company, warehouse: duckdb.DuckDBPyConnection) -> None:
    question = parse_question(metrics="replacements_under_warranty,replacements", as_of=AS_OF)
    (found,) = ask(warehouse, question, None).as_json()["rows"]
    totals = company.truth.totals
    assert found == {name: totals[name] for name in ("replacements_under_warranty", "replacements")}
