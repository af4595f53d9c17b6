"""Blocks of one figure, and blocks of words."""

from __future__ import annotations

from typing import Any

from dashboards.asker import Asker
from dashboards.block import Kpi, Text
from dashboards.filling.addresses import rows_address
from dashboards.filling.titles import PERIOD, carried, title_of, unit_of
from dashboards.frame import Frame, KeyFigure, WordsFrame
from dashboards.numbers import period_name
from dashboards.view import AGAINST, COMPARED, View
from warehouse.question import TARGET, AskRefused


def key_figure(block: Kpi, view: View, asker: Asker) -> Frame:
    """The figure, its target, what it was at the earlier time, and its finished periods."""
    answer = asker.ask(view, (block.metric,), compare=TARGET if block.target else None)
    row = answer.rows[0] if answer.rows else {}
    earlier = asker.compared(view, (block.metric,))
    rows = (
        [one for one in _course(block.metric, view, asker) if not one.get("partial")] if block.course else []
    )
    return KeyFigure(
        metric=block.metric, value=row.get(block.metric), count=row.get(f"{block.metric.partition(':')[0]}:n"),
        unit=unit_of(answer, block.metric), better=asker.metric(block.metric).better,
        earlier=earlier[0].get(block.metric) if earlier else None,
        earlier_name=COMPARED[view.compare](asker.language), against=AGAINST[view.compare](asker.language),
        target=row.get(f"{block.metric}:{TARGET}"),
        course=tuple(one.get(block.metric) for one in rows),
        course_names=tuple(period_name(one["period"], view.grain, asker.language) for one in rows),
        across=PERIOD(asker.language), drill=rows_address(block.metric, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def _course(metric: str, view: View, asker: Asker) -> list[dict[str, Any]]:
    """The figure's periods; none where it has no course, being taken over ages instead of the calendar."""
    try:
        rows: list[dict[str, Any]] = asker.ask(view, (metric,), grain=view.grain).rows
    except AskRefused:
        return []
    return rows


def words(block: Text, view: View, asker: Asker) -> Frame:
    """The author's sentences."""
    return WordsFrame(title=title_of(block, asker), text=block.text(asker.language))
