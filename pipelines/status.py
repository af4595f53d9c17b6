"""The state of an installation at a glance: freshness, runs, checks, mail, disk.

Nothing is changed here; the pages show the same from the same rows.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from operational.store import outbox
from operational.store.engine import place_of
from operational.store.runs import Run, last_runs
from pipelines.waiting import waiting_request
from warehouse.answer import read_published
from warehouse.connect import NotPublishedError, Warehouse, WarehouseDamagedError
from warehouse.health import check_results

if TYPE_CHECKING:
    from operational.store.session import Store

RUNS = 10


def current_status(store: Store) -> dict[str, Any]:
    """Plain data for `yingke status --json`."""
    with store.reading() as session:
        runs = [_run(run) for run in last_runs(session, limit=RUNS)]
        mail = outbox.backlog(session)
    data = store.settings.data
    return {
        "store": place_of(store.engine),
        **_published(store),
        "refresh_requested": waiting_request(store) is not None,
        "mail": mail,
        "disk_free_bytes": shutil.disk_usage(data).free,
        "data_bytes": sum(path.stat().st_size for path in data.rglob("*") if path.is_file()),
        "runs": runs,
    }


def _published(store: Store) -> dict[str, Any]:
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        connection, snapshot = warehouse.cursor()
        published = read_published(connection)
        checks = check_results(connection)
        row = connection.execute("select count(*) from meta.quarantine").fetchall()
    except (NotPublishedError, WarehouseDamagedError) as problem:
        return {"snapshot": None, "problem": str(problem)}
    finally:
        warehouse.close()
    return {
        "snapshot": snapshot,
        "loaded_at": published.loaded_at,
        "data_as_of": published.data_as_of,
        "age_minutes": _minutes_since(published.loaded_at),
        "quality": published.quality,
        "checks": {
            "passed": sum(one["success"] for one in checks),
            "warned": sum(not one["success"] and one["severity"] == "warn" for one in checks),
            "failed": sum(not one["success"] and one["severity"] != "warn" for one in checks),
        },
        "quarantined": row[0][0] if row else 0,
    }


def _minutes_since(moment: datetime | None) -> float | None:
    if moment is None:
        return None
    return round((datetime.now(UTC).replace(tzinfo=None) - moment).total_seconds() / 60, 1)


def _run(run: Run) -> dict[str, Any]:
    return {
        "kind": run.kind,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "state": run.state,
        "snapshot": run.snapshot,
        "reason": (run.summary or {}).get("reason"),
        "checks": (run.summary or {}).get("checks"),
        "quarantined": (run.summary or {}).get("quarantined"),
    }
