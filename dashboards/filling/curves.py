"""Blocks over an age or duration: survival, mean cumulative function, with their limits, of all or of several groups."""

from __future__ import annotations

from typing import Any

from dashboards.asker import Asker
from dashboards.block import Curve
from dashboards.filling.addresses import rows_address
from dashboards.filling.titles import carried, dimension_label, metric_name, plain, shown, unit_of
from dashboards.frame import ChartFrame, Frame, Series
from dashboards.view import View


def curve(block: Curve, view: View, asker: Asker) -> Frame:
    """One curve, or one for each of the largest groups."""
    low, high = f"{block.metric}:lo95", f"{block.metric}:hi95"
    figures, by = (block.metric, low, high), (block.by,)
    if block.groups is None:
        answer = asker.ask(view, figures, by=by)
        curves = [(metric_name(block.metric, asker), answer.rows)]
    else:
        groups = _largest(block, block.groups, view, asker)
        where = () if view.values(block.groups) else tuple(f"{block.groups}={plain(one)}" for one in groups)
        answer = asker.ask(view, figures, by=(*by, block.groups), where=where)
        curves = [
            (shown(one, block.groups, asker), [row for row in answer.rows if row[block.groups] == one])
            for one in groups
        ]
    unit = unit_of(answer, block.metric)
    series = tuple(_series(name, rows, block, unit) for name, rows in curves if rows)
    return ChartFrame(
        form="step", categories=tuple(sorted({x for one in series for x in one.x or ()})), series=series, unit=unit,
        across=block.across(asker.language) if block.across else dimension_label(block.by, asker), drill=rows_address(block.metric, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def _largest(block: Curve, groups: str, view: View, asker: Asker) -> list[Any]:
    rows = asker.ask(view, (block.ranked_by,), by=(groups,), top=block.top).rows
    return [row[groups] for row in sorted(rows, key=lambda row: -float(row[block.ranked_by] or 0))]


def _series(name: str, rows: list[dict[str, Any]], block: Curve, unit: str) -> Series:
    """The steps of one group, from the level that holds before its first event."""
    rows = sorted(rows, key=lambda row: row[block.by])
    start = 1 if unit == "share" else 0  # all survive at age nought, and none has been replaced
    level, low, high = (
        (start, *(row.get(name) for row in rows))
        for name in (block.metric, f"{block.metric}:lo95", f"{block.metric}:hi95")
    )
    return Series(
        name=name, values=level, unit=unit, lower=low, upper=high, x=(0, *(row[block.by] for row in rows))
    )
