"""The report centre: which reports there are, making one now, and those that were made and delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request, send_file

from dashboards.numbers import period_name
from dashboards.page import Report, load_reports
from dashboards.reporting import PeriodRefused, period_span, report_paper
from dashboards.rhythm import rhythm
from dashboards.web.export import WORD_TYPE, word_file
from dashboards.web.leaf import leaf
from dashboards.web.reader import business_today, current_asker, freshness, local_time
from dashboards.words import word
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.words import word as form_word
from operational.store.report_archive import ArchivedReport, archived_report, archived_reports

pages = Blueprint("reports", __name__, template_folder="templates")
SHOWN, PERIODS_OFFERED = 50, 12


@pages.get("/reports")
def centre() -> str:
    """The reports and the archive."""
    language = current_language()
    with yingke().store.reading() as session:
        archive = (
            [_archived(one) for one in archived_reports(session, limit=SHOWN)] if _may_read_archive() else []
        )
    return leaf(
        word("reports", language), "reports.html", archive=archive, fresh=freshness(), rhythm=rhythm,
        reports=[(one, _periods(one, language)) for one in load_reports().values()],
        role_name=lambda role: form_word(f"role_{role}", language),
    )  # fmt: skip


@pages.get("/reports/<name>.docx")
def make(name: str) -> Response:
    """A report now, over what the present person may see."""
    report = load_reports().get(name)
    if report is None:
        abort(404)
    asked = request.args.get("lang")
    language = asked if asked in ("zh", "en") else current_language()
    fresh = freshness(language)
    try:
        content, period = report_paper(
            report, request.args.get("period"), replace(current_asker(), language=language), today=business_today(),
            freshness=fresh.times, quality=fresh.checks,
            made_at=datetime.now(UTC),
        )  # fmt: skip
    except PeriodRefused:
        abort(400)
    return word_file(content, f"{report.title(language)} {period}.docx")


@pages.get("/reports/archive/<int:number>")
def archived(number: int) -> Response:
    """A report as it was delivered; it holds the whole company's figures, so only who sees those may have it."""
    if not _may_read_archive():
        abort(404)
    with yingke().store.reading() as session:
        found = archived_report(session, number)
    if found is None:
        abort(404)
    path = Path(yingke().settings.data).resolve() / found.document
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype=WORD_TYPE, as_attachment=True, download_name=path.name)


def _may_read_archive() -> bool:
    from dashboards.web.reader import current_scope

    return current_actor() is not None and current_scope() is None


def _periods(report: Report, language: str) -> list[tuple[str, str]]:
    """The last whole periods that a report can be made for, as the address and as people say them, newest first."""
    _, end = period_span(None, report.grain, business_today())
    found = []
    for _ in range(PERIODS_OFFERED):
        start, _ = period_span(None, report.grain, end)
        name = period_name(start, report.grain, language)
        found.append(
            (period_name(start, report.grain, "en"), f"{name} ({start} – {end - timedelta(days=1)})")
        )
        end = start
    return found


def _archived(one: ArchivedReport) -> dict[str, Any]:
    report = load_reports().get(one.report)
    return {
        "title": report.title(current_language()) if report else one.report,
        "id": one.id, "name": one.report, "period": one.period, "language": one.language,
        "revision": one.revision, "snapshot": one.snapshot, "made": f"{local_time(one.made_at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
