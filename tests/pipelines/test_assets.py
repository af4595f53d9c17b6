"""What Dagster sees: the asset graph, read off the registries, and when things run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from operational.settings import Settings
from operational.store import outbox
from operational.store.bulk import bulk_insert
from operational.store.runs import FAILED, end_run, request_refresh, start_run
from operational.store.session import Store
from pipelines.definitions import assemble, begin_day
from pipelines.orchestration import dagster_home, outside_of_event_loops
from pipelines.waiting import mail_due, store_changed, waiting_request
from tests.pipelines.conftest import load

GOLDEN = {
    "core/customer_on": {"raw/customer"},
    "core/dim_customer": {"raw/customer"},
    "core/fct_order": {"raw/order", "core/order_amount", "core/customer_on"},
    "core/fct_order_line": {"raw/order_line", "core/fct_order", "core/item_on"},
    "marts/customer_day": {"core/fct_order", "core/customer_on"},
}


def test_the_asset_graph_follows_the_sql() -> None:
    graph = assemble(Settings()).resolve_asset_graph()
    found = {
        node.key.to_user_string(): {parent.to_user_string() for parent in node.parent_keys}
        for node in graph.asset_nodes
    }
    assert {name: found[name] for name in GOLDEN} == GOLDEN
    assert {name.partition("/")[0] for name in found} == {"raw", "core", "marts", "published", "fed_back"}
    models = {name for name in found if name.startswith(("core/", "marts/"))}
    assert found["published/warehouse"] == models
    assert found["fed_back/proposals"] == {"published/warehouse"}
    assert all(parents <= found.keys() for parents in found.values())


def test_every_table_has_its_expectations_as_a_check() -> None:
    graph = assemble(Settings()).resolve_asset_graph()
    checked = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    tables = {node.key.to_user_string() for node in graph.asset_nodes} - {
        "published/warehouse",
        "fed_back/proposals",
    }
    assert checked == tables


def test_schedules_run_in_the_business_time_zone() -> None:
    definitions = assemble(Settings(timezone="Europe/Berlin", refresh_cron="7 * * * *"))
    schedules = {one.name: one for one in definitions.resolve_all_schedules()} if hasattr(
        definitions, "resolve_all_schedules"
    ) else {one.name: one for one in definitions.schedules or ()}  # fmt: skip
    assert schedules["refresh_regularly"].cron_schedule == "7 * * * *"
    assert "report_executive_summary" in schedules
    assert {one.execution_timezone for one in schedules.values()} == {"Europe/Berlin"}


def test_the_day_begins_with_what_follows_from_the_calendar(sqlite_company: Store) -> None:
    with sqlite_company.writing("test") as session:
        bulk_insert(
            session, "service_agreement",
            {"number": ["S1", "S2"], "customer_id": [1, 1], "state": ["active"] * 2, "starts_on": [date(2020, 1, 1)] * 2,
             "ends_on": [date(2020, 12, 31), None]},
        )  # fmt: skip
    done = []
    outside_of_event_loops(
        lambda: done.append(begin_day.execute_in_process(resources={"store": sqlite_company}).success)
    )
    assert done == [True]
    with sqlite_company.reading() as session:
        states = session.execute(text("select state from service_agreement order by id")).scalars().all()
    assert states == ["expired", "active"]


def test_a_scheduled_refresh_is_skipped_where_nothing_changed(company: Store) -> None:
    assert store_changed(company)
    load(company)
    assert not store_changed(company)
    with company.writing("test") as session:
        bulk_insert(session, "region", {"code": ["W"], "name": ["西"]})
    assert store_changed(company)
    load(company)
    end_run(company, start_run(company, "refresh"), FAILED)
    assert store_changed(company)


def test_a_request_waits_until_a_refresh_takes_it(sqlite_company: Store) -> None:
    number = request_refresh(sqlite_company, "clerk")
    assert waiting_request(sqlite_company) == (number, "clerk")
    load(sqlite_company)
    assert waiting_request(sqlite_company) is None


def test_mail_is_due_only_with_a_mail_server(sqlite_company: Store) -> None:
    with sqlite_company.bookkeeping() as session:
        outbox.put(session, kind="k", period="p", recipient="a@b.example", subject="s")
    assert mail_due(sqlite_company) is None
    with_server = Store(
        sqlite_company.engine, sqlite_company.settings.model_copy(update={"smtp_host": "localhost"})
    )
    assert mail_due(with_server) == "1 attempt 0"


def test_dagsters_home_has_this_versions_configuration(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    home = dagster_home(settings)
    (home / "dagster.yaml").write_text("old")
    assert "telemetry" in (dagster_home(settings) / "dagster.yaml").read_text()
    assert home.is_absolute()


@pytest.mark.parametrize("killed", [1, 2])
def test_runs_of_a_killed_process_tree_are_closed(tmp_path: Path, killed: int) -> None:
    from dagster import DagsterInstance, DagsterRunStatus, job, op

    from pipelines.orchestration import close_unfinished_runs

    @op
    def nothing() -> None: ...

    @job
    def small() -> None:
        nothing()

    with DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        for _ in range(killed):
            instance.create_run_for_job(small, status=DagsterRunStatus.STARTED)
        assert close_unfinished_runs(instance) == killed
        assert {run.status for run in instance.get_runs()} == {DagsterRunStatus.FAILURE}
