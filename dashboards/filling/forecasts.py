"""Blocks that carry a figure on into the future, with the interval of what is expected."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboards.asker import Asker
from dashboards.block import Forecast
from dashboards.filling.addresses import period_mark, rows_address
from dashboards.filling.titles import carried, metric_name, unit_of
from dashboards.frame import ChartFrame, Frame, Mark, Series
from dashboards.numbers import period_name
from dashboards.view import View

GRAIN = "month"


def forecast(block: Forecast, view: View, asker: Asker) -> Frame:
    """The finished months as they were, then the expected ones with their limits."""
    answer = asker.ask(view, (block.metric,), grain=GRAIN)
    past = [row for row in answer.rows if not row.get("partial")]
    expected = [_expected(block, ahead, view, asker) for ahead in range(1, block.ahead + 1)]
    first = view.end.replace(day=1)
    periods = [*(row["period"] for row in past), *(_later(first, number) for number in range(block.ahead))]
    names = [period_name(period, GRAIN, asker.language) for period in periods]
    unit = unit_of(answer, block.metric)
    gap, tail = (None,) * len(past), (None,) * block.ahead
    return ChartFrame(
        form="line", categories=tuple(names), unit=unit,
        series=(
            Series(name=metric_name(block.metric, asker), values=(*(row.get(block.metric) for row in past), *tail), unit=unit),
            Series(
                name=metric_name(block.expected, asker), unit=unit, role="expected",
                values=(*gap, *(value for value, _, _ in expected)),
                lower=(*gap, *(low for _, low, _ in expected)), upper=(*gap, *(high for _, _, high in expected)),
            ),
        ),
        marks=tuple(
            (period_mark(block.metric, view, row["period"], GRAIN, name), Mark()) for row, name in zip(past, names, strict=False)
        ) + ((Mark(), Mark()),) * block.ahead,
        drill=rows_address(block.metric, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def _expected(block: Forecast, ahead: int, view: View, asker: Asker) -> tuple[Any, Any, Any]:
    """What is expected of the month that many ahead, with its limits."""
    figure = f"{block.expected}@months={ahead}"
    names = (figure, f"{figure}:lo95", f"{figure}:hi95")
    row = asker.ask(view, names).rows[0]
    value, low, high = (row.get(name) for name in names)
    return value, low, high


def _later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
