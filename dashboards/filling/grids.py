"""Blocks of two dimensions: cohorts by age, and any two dimensions crossed."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from dashboards.asker import Asker
from dashboards.block import Cross, Triangle
from dashboards.filling.addresses import rows_address
from dashboards.filling.titles import carried, dimension_label, plain, shown, size, unit_of
from dashboards.frame import Frame, HeatFrame, Mark
from dashboards.value_names import place
from dashboards.view import View


def triangle(block: Triangle, view: View, asker: Asker) -> Frame:
    """Each cohort one row, each age one column; a cohort without any finished cell is left out."""
    answer = asker.ask(view, (block.metric,), by=(block.rows, block.columns))
    cells = {(row[block.rows], row[block.columns]): row.get(block.metric) for row in answer.rows}
    down = sorted({cohort for (cohort, _), value in cells.items() if value is not None}, key=str)
    across = sorted({age for (_, age), value in cells.items() if value is not None})
    return HeatFrame(
        down=dimension_label(block.rows, asker), row_names=tuple(str(one)[:7] for one in down),
        column_names=tuple(str(one) for one in across),
        values=tuple(tuple(cells.get((one, age)) for age in across) for one in down),
        unit=unit_of(answer, block.metric),
        across=block.across(asker.language) if block.across else dimension_label(block.columns, asker),
        drill=rows_address(block.metric, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def cross(block: Cross, view: View, asker: Asker) -> Frame:
    """The first metric's value in each cell, what else is asked of it below."""
    by = (block.rows, block.columns)
    answer = asker.ask(view, block.metrics, by=by)
    first, *others = block.metrics
    cells = {(row[block.rows], row[block.columns]): row for row in answer.rows}
    counts = _counts(block, block.each, view, asker) if block.each else {}
    down = sorted({row for row, _ in cells}, key=partial(place, block.rows))
    across = sorted({column for _, column in cells}, key=partial(place, block.columns))

    def below(cell: tuple[Any, Any]) -> tuple[tuple[Any, str], ...]:
        lines = [(cells[cell].get(name), unit_of(answer, name)) for name in others] if cell in cells else []
        return (*([(counts.get(cell, 0), "count")] if counts else []), *lines)

    return HeatFrame(
        down=dimension_label(block.rows, asker), row_names=tuple(shown(one, block.rows, asker) for one in down),
        column_names=tuple(shown(one, block.columns, asker) for one in across),
        values=tuple(tuple(cells.get((one, other), {}).get(first) for other in across) for one in down),
        below=tuple(tuple(below((one, other)) for other in across) for one in down),
        marks=tuple(tuple(_mark(block, view, one, other, asker) for other in across) for one in down),
        unit=unit_of(answer, first), across=dimension_label(block.columns, asker),
        drill=rows_address(first, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def _counts(block: Cross, each: str, view: View, asker: Asker) -> dict[tuple[Any, Any], int]:
    """How many of the third dimension a cell holds: those with something of the first metric."""
    first = block.metrics[0]
    counts: dict[tuple[Any, Any], int] = {}
    for row in asker.ask(view, (first,), by=(each, block.rows, block.columns)).rows:
        cell = row[block.rows], row[block.columns]
        counts[cell] = counts.get(cell, 0) + (size(row.get(first)) != 0)
    return counts


def _mark(block: Cross, view: View, row: Any, column: Any, asker: Asker) -> Mark:
    conditions = (f"{block.rows}={plain(row)}", f"{block.columns}={plain(column)}")
    name = f"{shown(row, block.rows, asker)} · {shown(column, block.columns, asker)}"
    only = urlencode([("where", one) for one in conditions], quote_via=quote)
    return Mark(rows_address(block.metrics[0], view, *conditions), only, name)
