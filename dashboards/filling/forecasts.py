"""Blocks that carry a figure on into the future, with the interval of what is expected."""

from __future__ import annotations

from typing import Any

from dashboards.asker import Asker
from dashboards.block import Forecast
from dashboards.filling.addresses import period_mark, rows_address
from dashboards.filling.titles import PERIOD, carried, metric_name, unit_of
from dashboards.frame import ChartFrame, Frame, Mark, Series
from dashboards.numbers import period_name
from dashboards.view import View

GRAIN = "month"


def forecast(block: Forecast, view: View, asker: Asker) -> Frame:
    """The finished months as they were, then the expected ones from the running month on, with their limits."""
    answer = asker.ask(view, (block.metric,), grain=GRAIN)
    figure = f"{block.expected}@months={block.ahead}"
    names = (figure, f"{figure}:lo95", f"{figure}:hi95")
    future = {
        row[GRAIN]: [row.get(name) for name in names] for row in asker.ask(view, names, by=(GRAIN,)).rows
    }
    past = {
        period_name(row["period"], GRAIN, asker.language): row
        for row in answer.rows
        if not row.get("partial")
    }
    months = sorted({*past, *future})
    known = tuple(past.get(month, {}).get(block.metric) for month in months)
    expected, low, high = (tuple(future.get(month, [None] * 3)[at] for month in months) for at in range(3))
    unit = unit_of(answer, block.metric)
    return ChartFrame(
        form="line", across=PERIOD(asker.language), categories=tuple(months), unit=unit,
        series=(
            Series(name=metric_name(block.metric, asker), values=known, unit=unit),
            Series(name=metric_name(block.expected, asker), values=expected, unit=unit, lower=low, upper=high, role="expected"),
        ),
        marks=tuple((_mark(block, view, past.get(month), month), Mark()) for month in months),
        drill=rows_address(block.metric, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def _mark(block: Forecast, view: View, row: dict[str, Any] | None, month: str) -> Mark:
    return Mark() if row is None else period_mark(block.metric, view, row["period"], GRAIN, month)
