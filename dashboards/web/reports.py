"""The report centre: which reports there are, making one now, and those that were made and delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file
from markupsafe import Markup

from dashboards.page import load_reports
from dashboards.reporting import PeriodRefused, report_paper
from dashboards.web.export import WORD_TYPE, word_file
from dashboards.web.reader import business_today, current_asker, freshness, local_time
from dashboards.words import word
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.shell import shell
from operational.store.report_archive import ArchivedReport, archived_report, archived_reports

pages = Blueprint("reports", __name__, template_folder="templates")
SHOWN = 50


@pages.get("/reports")
def centre() -> str:
    """The reports and the archive."""
    language = current_language()
    with yingke().store.reading() as session:
        archive = (
            [_archived(one) for one in archived_reports(session, limit=SHOWN)] if _may_read_archive() else []
        )
    body = render_template(
        "reports.html", reports=load_reports().values(), archive=archive, fresh=freshness(),
        w=lambda name, **values: word(name, language, **values),
    )  # fmt: skip
    return shell(word("reports", language), Markup(body))  # noqa: S704  # escaped by the template


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


def _archived(one: ArchivedReport) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.report, "period": one.period, "language": one.language,
        "revision": one.revision, "snapshot": one.snapshot, "made": f"{local_time(one.made_at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
