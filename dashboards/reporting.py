"""Pages and reports as Word: their blocks filled for a reader and a period, then written.

When reports are made and to whom they go is the business of the pipelines.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dashboards.block import Kpi
from dashboards.fill import frame_of, to_show
from dashboards.filling.titles import condition_name, metric_name
from dashboards.numbers import full, period_name
from dashboards.view import View
from dashboards.words import word
from warehouse.question import AskRefused

if TYPE_CHECKING:
    from dashboards.asker import Asker
    from dashboards.page import Page, Report
    from warehouse.restated import RestatedNumber, Restatement

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
COURSE_PERIODS = {"week": 12, "month": 12}
MOST_RESTATED = 8  # numbers that a report names; more would be a report of their own


class PeriodRefused(Exception):
    """A text is no period, or of one that has not begun; `message` says so."""

    exit_code = 2

    def __init__(self, sentence: str) -> None:
        self.message = sentence
        super().__init__(sentence)


def page_paper(
    page: Page, view: View, asker: Asker, *, freshness: str, quality: str, warning: str, made_at: datetime
) -> bytes:
    """A dashboard page as Word, exactly the view that was seen."""
    from dashboards.render.paper import Paper, write_paper

    frames = [frame_of(block, view, asker) for row in to_show(page.rows, asker.scope) for _, block in row]
    language = asker.language
    chosen = ("；" if language == "zh" else "; ").join(condition_name(one, asker) for one in view.where)
    period = f"{view.start} – {view.last_day}" + (f" ({chosen})" if chosen else "")
    paper = Paper(
        title=page.title(language), period=period, freshness=freshness, quality=quality, language=language,
        currency=asker.currency, made_at=made_at, warning=warning, snapshot=asker.snapshot,
    )  # fmt: skip
    return write_paper(paper, [("", frames)])  # the page's title stands above already


def report_paper(
    report: Report,
    period: str | None,
    asker: Asker,
    *,
    today: date,
    freshness: str,
    quality: str,
    made_at: datetime,
    restated: str = "",
) -> tuple[bytes, str]:
    """A report for a period (the last whole one when none is given): its bytes and the period's name.

    A weekly report can be asked for a month and a monthly one for a week. Key figures are those of the period; trends
    show the periods that lead up to it. `restated` says which numbers of an earlier issue have changed.
    """
    from dashboards.render.paper import Paper, write_paper

    grain = "month" if _MONTH.fullmatch(period or "") else "week" if period else report.grain
    start, end = period_span(period, grain, today)
    now = View(start, end, preset=None, compare="previous")
    leading = replace(now, start=_begin_of_course(start, grain))
    language = asker.language
    chapters = [
        (
            title(language),
            [frame_of(block, now if isinstance(block, Kpi) else leading, asker) for _, block in blocks],
        )
        for (title, _), blocks in zip(
            report.chapters, to_show([blocks for _, blocks in report.chapters], asker.scope), strict=True
        )
        if blocks
    ]
    name = period_name(start, grain, language)
    paper = Paper(
        title=report.title(language), period=f"{name} ({start} – {end - timedelta(days=1)})", freshness=freshness,
        quality=quality, language=language, currency=asker.currency, made_at=made_at, snapshot=asker.snapshot,
        restated=restated,
    )  # fmt: skip
    return write_paper(paper, chapters), period_name(start, grain, "en")


def restated_since(report: Report, issue: str, restatement: Restatement, asker: Asker) -> str:
    """The numbers of the issue of an earlier period that are told otherwise now, as a sentence; '' where there are none."""
    first, _ = period_span(issue, report.grain, date.max)
    since = _begin_of_course(first, report.grain)
    found = [
        one for name in report.figures for one in _restated(restatement, name) if since <= one.period <= first
    ]
    if not found:
        return ""
    language = asker.language
    colon, joint = ("：", "；") if language == "zh" else (": ", "; ")
    said = [
        f"{metric_name(one.figure, asker)} {period_name(one.period, report.grain, language)}{colon}"
        + " → ".join(
            full(value, one.metric.unit, language, asker.currency) for value in (one.before, one.after)
        )
        for one in found[:MOST_RESTATED]
    ]
    if len(found) > MOST_RESTATED:
        said.append(word("restated_more", language, count=len(found) - MOST_RESTATED))
    return word("restated_since", language, issue=issue, numbers=joint.join(said))


def _restated(restatement: Restatement, figure: str) -> list[RestatedNumber]:
    """A figure's restated numbers; none of one that has no course."""
    try:
        return restatement.numbers([figure])
    except AskRefused:
        return []


def _begin_of_course(start: date, grain: str) -> date:
    """The first of the periods that trends show up to the one that begins on `start`."""
    return _periods_before(start, grain, COURSE_PERIODS[grain] - 1)


def period_span(period: str | None, grain: str, today: date) -> tuple[date, date]:
    """First day and day after the last of a named period, or of the last whole one of that length.

    PeriodRefused for another text, and for a period that has not begun.
    """
    if not period:
        first = today - timedelta(days=today.weekday()) if grain == "week" else today.replace(day=1)
        return _periods_before(first, grain, 1), first
    try:
        if month := _MONTH.fullmatch(period):
            start = date(int(month[1]), int(month[2]), 1)
            end = _periods_before(start, "month", -1)
        elif week := _WEEK.fullmatch(period):
            start = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            end = start + timedelta(days=7)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise PeriodRefused(
            f"'{period}' is no period; write a month as 2026-10 or an ISO week as 2026-W47."
        ) from None
    if start > today:
        raise PeriodRefused(f"{period} has not begun yet; there is nothing to report.")
    return start, end


def _periods_before(day: date, grain: str, count: int) -> date:
    if grain == "week":
        return day - timedelta(days=7 * count)
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)
