"""Health of data: how fresh it is, which loads ran, which checks failed, which rows are set aside, and a button to load now.

A load that is asked for is a row in the store; the pipelines take it from there.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from dashboards.check_names import check_name
from dashboards.web.check_history import BrokenCheck, broken_checks, judged, trend
from dashboards.web.leaf import leaf
from dashboards.web.reader import current_scope, freshness, local_time, numbers
from dashboards.web.restated import kept_states
from dashboards.words import word
from operational.crud.happened import last_touched_by
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.shell import toast
from operational.store.runs import last_runs, request_refresh
from warehouse.connect import NotPublishedError
from warehouse.health import check_results, quarantined_rows

pages = Blueprint("health_of_data", __name__, template_folder="templates")
RUNS_SHOWN, LOADS_COMPARED, ROWS_SHOWN = 15, 90, 200


@pages.get("/health-of-data")
def health() -> str:
    """The page."""
    language = current_language()
    with yingke().store.reading() as session:
        runs = [_run(run) for run in last_runs(session, limit=RUNS_SHOWN)]
        loads = judged(last_runs(session, "refresh", LOADS_COMPARED))
    checks: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []
    try:
        connection, _ = numbers().warehouse.cursor()
        checks = [one | {"name": check_name(one["check"], language)} for one in check_results(connection)]
        aside = _with_sources(
            [_link(row) for row in quarantined_rows(connection, current_scope(), ROWS_SHOWN)]
        )
    except NotPublishedError:
        pass
    return leaf(
        word("health", language), "health_of_data.html", trend=trend(loads), broken=[_broken(one) for one in broken_checks(loads)],
        fresh=freshness(), runs=runs, states=kept_states(), checks=checks, aside=aside, local_time=local_time,
    )  # fmt: skip


@pages.post("/health-of-data/refresh")
def refresh() -> Response:
    """Ask for a load now; whoever may see the page may ask."""
    request_refresh(yingke().store, current_actor().login)
    toast("good", word("refresh_asked", current_language()))
    return redirect("/health-of-data", 303)


def _run(run: Any) -> dict[str, Any]:
    summary = run.summary or {}
    took = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    rows = sum(counts.get("new", 0) + counts.get("changed", 0) for counts in summary.get("rows", {}).values())
    return {
        "started": f"{local_time(run.started_at):%Y-%m-%d %H:%M:%S}", "took": took, "state": run.state,
        "checks": summary.get("checks"), "aside": summary.get("quarantined"), "snapshot": run.snapshot or "", "reason": summary.get("reason") or "", "rows": rows, "kind": run.kind,
    }  # fmt: skip


def _broken(one: BrokenCheck) -> dict[str, Any]:
    times = {
        name: f"{local_time(at):%Y-%m-%d %H:%M}" for name, at in (("first", one.first), ("last", one.last))
    }
    return vars(one) | times | {"name": check_name(one.check, current_language())}


def _with_sources(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with who wrote them last, and by what: an import's file, a form."""
    by_table: dict[str, list[int]] = {}
    for row in rows:
        by_table.setdefault(row["entity"], []).append(row["id"])
    with yingke().store.reading() as session:
        found = {table: last_touched_by(session, table, ids) for table, ids in by_table.items()}
    outside = word("outside", current_language())
    for row in rows:
        who, why = found[row["entity"]].get(row["id"], ("", ""))
        row["source"] = " · ".join(one for one in (who or outside, why) if one)
    return rows


def _link(row: dict[str, Any]) -> dict[str, Any]:
    key = row.get("record")
    return {**row, "link": f"/o/{row['entity']}/{quote(str(key), safe='')}" if key else ""}
