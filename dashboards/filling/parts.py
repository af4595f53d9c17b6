"""Blocks of one figure by one dimension: bars, the parts of a whole, and bars with their running share."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import Any

from dashboards.asker import Asker
from dashboards.block import Bars, Pareto, Share
from dashboards.filling.addresses import group_mark, rows_address
from dashboards.filling.titles import carried, dimension_label, metric_name, plain, shown, size, unit_of
from dashboards.frame import ChartFrame, Frame, Series
from dashboards.label import Title
from dashboards.value_names import place
from dashboards.view import COMPARED, View

RUNNING_SHARE = Title("累计占比", "Running share")


def bars(block: Bars, view: View, asker: Asker) -> ChartFrame:
    """The largest groups, or all in the dimension's own order."""
    more = block.other and block.top is not None
    answer = asker.ask(view, block.metrics, by=(block.by,), top=block.top, other=more)
    first = block.metrics[0]
    rows = list(answer.rows)
    if block.ordered:
        rows.sort(key=lambda row: place(block.by, row[block.by]))
    else:
        rows = [
            row for row in rows if any(size(row.get(metric)) for metric in block.metrics)
        ]  # noughts are no bars
        rows.sort(key=lambda row: (bool(row.get("other")), -size(row.get(first))))
    names = tuple(shown(row[block.by], block.by, asker, other=bool(row.get("other"))) for row in rows)
    series = [
        Series(name=metric_name(metric, asker), values=tuple(row.get(metric) for row in rows), unit=unit_of(answer, metric))
        for metric in block.metrics
    ]  # fmt: skip
    if block.compared:
        series += _compared(block, rows, view, asker, series[0].unit)
    return ChartFrame(
        form="column" if block.upright else "bar", across=dimension_label(block.by, asker), categories=names, series=tuple(series), unit=unit_of(answer, first),
        marks=tuple(
            tuple(_mark(metric, view, block.by, row, name) for metric in (*block.metrics, first)[: len(series)])
            for row, name in zip(rows, names, strict=True)
        ),
        drill=rows_address(first, view),
        **carried(block, asker, answer),
    )  # fmt: skip


def _compared(block: Bars, rows: list[dict[str, Any]], view: View, asker: Asker, unit: str) -> list[Series]:
    """Where each bar was at the time that the view is compared with, or was to be; nothing where nothing is known of it."""
    metric = block.metrics[0]
    before = asker.compared(view, (metric,), by=(block.by,))
    known = {row[block.by]: row.get(metric) for row in before}
    values = tuple(None if row.get("other") else known.get(row[block.by]) for row in rows)
    name = COMPARED[view.compare](asker.language)
    return [Series(name=name, values=values, unit=unit, role="earlier")] if any(known.values()) else []


def _mark(metric: str, view: View, by: str, row: dict[str, Any], name: str) -> Any:
    return group_mark(metric, view, by, plain(row[by]), name, other=bool(row.get("other")))


def share(block: Share, view: View, asker: Asker) -> Frame:
    """The largest parts and the rest as one ring."""
    parts = Bars((block.metric,), by=block.by, top=block.top, other=True, title=block.title, note=block.note)
    return replace(bars(parts, view, asker), form="pie")


def pareto(block: Pareto, view: View, asker: Asker) -> Frame:
    """Bars with the running share of the whole, of which they are the head."""
    metric, by = block.metric, block.by
    answer = asker.ask(view, (metric,), by=(by,), top=block.top)
    whole = asker.ask(view, (metric,)).rows
    total = size(whole[0].get(metric)) if whole else 0.0
    rows = sorted(answer.rows, key=lambda row: -size(row.get(metric)))
    running = accumulate(size(row.get(metric)) for row in rows)
    names = tuple(shown(row[by], by, asker) for row in rows)
    unit = unit_of(answer, metric)
    return ChartFrame(
        form="pareto", across=dimension_label(by, asker), categories=names, unit=unit,
        series=(
            Series(name=metric_name(metric, asker), values=tuple(row.get(metric) for row in rows), unit=unit),
            Series(
                name=RUNNING_SHARE(asker.language), values=tuple(one / total if total else None for one in running), unit="share"
            ),
        ),
        marks=tuple((_mark(metric, view, by, row, name),) * 2 for row, name in zip(rows, names, strict=True)),
        drill=rows_address(metric, view),
        **carried(block, asker, answer),
    )  # fmt: skip
