"""Blocks over time: metrics side by side, or the groups of one metric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.asker import Asker
from dashboards.block import Trend
from dashboards.filling.addresses import period_mark, rows_address
from dashboards.filling.titles import PERIOD, carried, metric_name, plain, shown, size, unit_of
from dashboards.frame import ChartFrame, Frame, Mark, Series
from dashboards.numbers import period_name
from dashboards.value_names import place
from dashboards.view import COMPARED, View


def trend(block: Trend, view: View, asker: Asker) -> Frame:
    """The course of the block's metrics, or of the groups of its one metric."""
    grain = block.grain or view.grain
    if block.by is None:
        return _of_metrics(block, view, asker, grain)
    return _of_groups(block, block.by, view, asker, grain)


def _of_metrics(block: Trend, view: View, asker: Asker, grain: str) -> Frame:
    answer = asker.ask(view, block.metrics, grain=grain)
    rows = answer.rows
    series = [
        Series(
            name=metric_name(metric, asker),
            values=tuple(row.get(metric) for row in rows),
            unit=unit_of(answer, metric),
        )
        for metric in block.metrics
    ]
    names = [period_name(row["period"], grain, asker.language) for row in rows]
    marks = [
        tuple(period_mark(metric, view, row["period"], grain, name) for metric in block.metrics)
        for row, name in zip(rows, names, strict=True)
    ]
    if block.compared:
        series += _compared(block.metrics[0], view, asker, grain, len(rows), series[0].unit)
        marks = [(*of_period, Mark())[: len(series)] for of_period in marks]
    return _chart(block, view, asker, answer, names, series, marks, _unfinished(rows))


def _compared(metric: str, view: View, asker: Asker, grain: str, count: int, unit: str) -> list[Series]:
    """The metric's earlier course or its targets, period beside period; nothing where nothing is known of it."""
    known = [row.get(metric) for row in asker.compared(view, (metric,), grain=grain)]
    values = tuple([*known, *[None] * count][:count])
    name = COMPARED[view.compare](asker.language)
    return [Series(name=name, values=values, unit=unit, role="earlier")] if any(values) else []


def _of_groups(block: Trend, by: str, view: View, asker: Asker, grain: str) -> Frame:
    (metric,) = block.metrics
    answer = asker.ask(
        view, (metric,), by=(by,), grain=grain, top=block.top, other=block.stacked and block.top is not None
    )
    cells = {(_group(row, by), row["period"]): row for row in answer.rows}
    periods = sorted({period for _, period in cells})
    groups = _in_order(block, by, metric, answer.rows)
    values = [tuple(cells.get((group, period), {}).get(metric) for period in periods) for group in groups]
    series = [
        Series(name=shown(group[1], by, asker, other=group[0]), values=of_group, unit=unit_of(answer, metric))
        for group, of_group in zip(groups, values, strict=True)
    ]
    names = [period_name(period, grain, asker.language) for period in periods]
    marks = [
        tuple(
            Mark()
            if other
            else period_mark(
                metric, view, period, grain, f"{name} · {one.name}", condition=f"{by}={plain(value)}"
            )
            for (other, value), one in zip(groups, series, strict=True)
        )
        for period, name in zip(periods, names, strict=True)
    ]
    last = (
        [cells[(group, periods[-1])] for group in groups if (group, periods[-1]) in cells] if periods else []
    )
    unfinished = len(periods) - 1 if any(row.get("partial") for row in last) else None
    return _chart(block, view, asker, answer, names, series, marks, unfinished)


def _chart(
    block: Trend,
    view: View,
    asker: Asker,
    answer: Any,
    names: Sequence[str],
    series: Sequence[Series],
    marks: Sequence[tuple[Mark, ...]],
    unfinished: int | None,
) -> ChartFrame:
    return ChartFrame(
        form=block.form, stacked=block.stacked, across=PERIOD(asker.language), categories=tuple(names), series=tuple(series),
        unit=series[0].unit if series else "count", unfinished=unfinished, marks=tuple(marks),
        drill=rows_address(block.metrics[0], view), **carried(block, asker, answer),
    )  # fmt: skip


def _group(row: dict[str, Any], by: str) -> tuple[bool, Any]:
    """A group's key: whether it is the rest of many, and its value."""
    return bool(row.get("other")), row[by]


def _in_order(block: Trend, by: str, metric: str, rows: Sequence[dict[str, Any]]) -> list[tuple[bool, Any]]:
    """The groups in the dimension's own order, or the largest first; the rest of many last."""
    sums: dict[tuple[bool, Any], float] = {}
    for row in rows:
        group = _group(row, by)
        sums[group] = sums.get(group, 0.0) + size(row.get(metric))
    sums = {group: total for group, total in sums.items() if total or not group[0]}  # no rest, no band for it
    if block.ordered:
        return sorted(sums, key=lambda group: (group[0], place(by, group[1])))
    return sorted(sums, key=lambda group: (group[0], -sums[group]))


def _unfinished(rows: Sequence[dict[str, Any]]) -> int | None:
    return len(rows) - 1 if rows and rows[-1].get("partial") else None
