"""Blocks that show how a figure is spread over customers, items or units."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from statistics import median
from typing import Any

from dashboards.asker import Asker
from dashboards.block import Distribution
from dashboards.filling.addresses import rows_address
from dashboards.filling.titles import carried, dimension_label, metric_name, unit_of
from dashboards.frame import ChartFrame, Frame, Series
from dashboards.label import Title
from dashboards.numbers import compact, round_step, scale_unit, short
from dashboards.view import View
from warehouse.question import AskRefused

SHARE_OF_ALL = Title("累计占全部价值", "Running share of the value")
HOW_MANY = Title("{each}数", "{each} count")
OR_MORE = Title("{low} 以上", "{low} or more")
TOGETHER = Title("合计 {value}", "Together {value}")
INTERVAL = Title("，95% 区间 {low} 至 {high}", ", 95% interval {low} to {high}")
MEDIAN = Title("；中位数 {value}，共 {count} 个", "; median {value} of {count}")
TAIL = 0.02  # the largest share in one last bar, or few giants would press all others into the first


def distribution(block: Distribution, view: View, asker: Asker) -> Frame:
    """Bars of equal width, the largest values in one last bar, with the running share of the value."""
    answer = asker.ask(view, (block.metric,), by=(block.each,))
    values = sorted(float(row[block.metric]) for row in answer.rows if row.get(block.metric) is not None)
    unit, language = unit_of(answer, block.metric), asker.language
    edges = _edges(values, block.bars)
    held: list[list[float]] = [[] for _ in edges]
    for value in values:
        held[max(bisect_right(edges, value) - 1, 0)].append(value)
    whole = sum(values)
    running = accumulate(sum(one) for one in held)
    each = dimension_label(block.each.partition(".")[0], asker)
    said = carried(block, asker, answer)
    scale = scale_unit(unit, language, asker.currency)
    across = metric_name(block.metric, asker) + (
        f"（{scale}）" if scale and language == "zh" else f" ({scale})" if scale else ""
    )
    return ChartFrame(
        form="histogram", unit="count", across=across,
        categories=tuple(_name(edges, at, language) for at in range(len(edges))),
        series=(
            Series(name=HOW_MANY(language).format(each=each), values=tuple(len(one) for one in held), unit="count"),
            Series(name=SHARE_OF_ALL(language), values=tuple(one / whole if whole else None for one in running), unit="share"),
        ),
        drill=rows_address(block.metric, view),
        **{**said, "notes": ((_together(block, view, asker, values, unit),) if values else ()) + said["notes"]},
    )  # fmt: skip


def _edges(values: list[float], bars: int) -> list[float]:
    """The lower edge of each bar, on round numbers; the last bar has no upper one."""
    if not values:
        return []
    low, high = min(values[0], 0.0), values[int((len(values) - 1) * (1 - TAIL))]
    step = round_step((high - low) / (bars - 1)) if high > low else 1.0
    first = int(low // step)
    last = max(int(high // step) + 1, first + 1)
    return [step * number for number in range(first, last + 1)]


def _name(edges: list[float], at: int, language: str) -> str:
    low, *rest = (compact(edge, language, tick=True) for edge in edges[at : at + 2])
    return f"{low}–{rest[0]}" if rest else OR_MORE(language).format(low=low)


def _together(block: Distribution, view: View, asker: Asker, values: list[float], unit: str) -> str:
    """The sum in words, with its interval where the metric has one."""

    def written(value: Any) -> str:
        return short(value, unit, asker.language, asker.currency)

    low, high = f"{block.metric}:lo95", f"{block.metric}:hi95"
    try:
        row = asker.ask(view, (block.metric, low, high)).rows[0]
        interval = INTERVAL(asker.language).format(low=written(row[low]), high=written(row[high]))
    except AskRefused:
        row = asker.ask(view, (block.metric,)).rows[0]
        interval = ""
    middle = MEDIAN(asker.language).format(value=written(median(values)), count=f"{len(values):,}")
    return TOGETHER(asker.language).format(value=written(row[block.metric])) + interval + middle
