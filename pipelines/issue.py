"""Issues of a report that went out before: which one a new issue is compared with, and where its state is found.

What both tell otherwise is worked out by dashboards and warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dashboards.numbers import period_name
from dashboards.reporting import period_span
from operational.store.report_archive import archived_reports
from operational.store.snapshots import published_snapshots
from pipelines.rebuild import published_state
from warehouse.question import AskRefused

if TYPE_CHECKING:
    from dashboards.page import Report
    from operational.store.session import Store


@dataclass(frozen=True)
class Issue:
    """A report as it went out: its period, and the id by which readers find the state that it was made from."""

    period: str
    state: str


def issue_before(store: Store, report: Report, period: str | None) -> Issue | None:
    """The newest issue up to this period that was made from an earlier state; None where there is none to be had."""
    today = datetime.now(store.settings.zone).date()
    this = period_name(period_span(period, report.grain, today)[0], report.grain, "en")
    with store.reading() as session:
        newest = next(iter(published_snapshots(session, 1)), None)
        issues = (one for one in archived_reports(session, report.name, 10_000) if one.period <= this)
        last = next((one for one in issues if newest and one.snapshot != newest.snapshot), None)
    if last is None:
        return None
    try:
        return Issue(last.period, published_state(store, last.snapshot, as_declared_today=True))
    except AskRefused:  # the store was restored since
        return None
