"""From a declared block to its frame: which questions it asks, and how their answers become series and rows.

One function per kind of block; what a frame looks like is decided by the renderers.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any
from urllib.parse import quote, urlencode

from dashboards.asker import Asker
from dashboards.block import Bars, Block, Curve, Kpi, Pareto, Ranking, Share, Text, Trend, Triangle
from dashboards.frame import (
    ChartFrame,
    Column,
    Frame,
    HeatFrame,
    KeyFigure,
    RefusedFrame,
    Series,
    TableFrame,
    WordsFrame,
)
from dashboards.numbers import period_name
from dashboards.value_names import place, value_name
from dashboards.view import COMPARISONS, View
from warehouse.catalog import load_catalog
from warehouse.question import AskRefused

OTHER = {"zh": "其他", "en": "Other"}
EMPTY = {"zh": "（空）", "en": "(empty)"}


def frame_of(block: Block, view: View, asker: Asker) -> Frame:
    """The frame of a block for this reader; a question that is refused becomes a frame that says why."""
    try:
        return fill(block, view.narrowed(*block.where), asker)
    except AskRefused as refused:
        title = block.title(asker.language) if block.title else ""  # a name could be what was refused
        return RefusedFrame(title=title, reason=refused.reason[asker.language])


@singledispatch
def fill(block: Block, view: View, asker: Asker) -> Frame:
    """The frame of one kind of block."""
    raise TypeError(f"no frame is known for {type(block).__name__}")


@fill.register
def _kpi(block: Kpi, view: View, asker: Asker) -> Frame:
    answer = asker.ask(view, (block.metric,))
    row = answer.rows[0] if answer.rows else {}
    earlier = asker.ask(asker.earlier(view), (block.metric,)).rows
    course: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()
    if block.course:
        rows = _course(block.metric, view, asker)
        course = tuple(one.get(block.metric) for one in rows if not one.get("partial"))
        names = tuple(
            period_name(one["period"], view.grain, asker.language) for one in rows if not one.get("partial")
        )
    metric = asker.metric(block.metric)
    return KeyFigure(
        metric=block.metric, value=row.get(block.metric), count=row.get(f"{_stem(block.metric)}:n"),
        unit=_unit(answer, block.metric), better=metric.better,
        earlier=earlier[0].get(block.metric) if earlier else None,
        earlier_name=COMPARISONS[view.compare](asker.language),
        course=course, course_names=names,
        drill=drill_address(block.metric, view),
        **_common(block, asker, answer),
    )  # fmt: skip


def _course(metric: str, view: View, asker: Asker) -> list[dict[str, Any]]:
    """The figure's periods; none where it has no course, being taken over ages instead of the calendar."""
    try:
        rows: list[dict[str, Any]] = asker.ask(view, (metric,), grain=view.grain).rows
    except AskRefused:
        return []
    return rows


@fill.register
def _trend(block: Trend, view: View, asker: Asker) -> Frame:
    grain = block.grain or view.grain
    if block.by is None:
        answer = asker.ask(view, block.metrics, grain=grain)
        rows = answer.rows
        series = tuple(
            Series(name=_name(answer, metric, asker), values=tuple(row.get(metric) for row in rows),
                   unit=_unit(answer, metric))
            for metric in block.metrics
        )  # fmt: skip
        periods = [row["period"] for row in rows]
        unfinished = bool(rows and rows[-1].get("partial"))
        narrowed: list[str] = ["" for _ in series]
        metrics: tuple[str, ...] = block.metrics
    else:
        (metric,) = block.metrics
        answer, groups = _over_time(block, metric, view, asker, grain)
        periods = sorted({row["period"] for row in answer.rows})
        cells = {(row[block.by], row["period"]): row.get(metric) for row in answer.rows}
        unfinished = any(row.get("partial") for row in answer.rows)
        series = tuple(
            Series(name=_shown(group, block.by, asker), values=tuple(cells.get((group, period)) for period in periods),
                   unit=_unit(answer, metric))
            for group in groups
        )  # fmt: skip
        narrowed = [f"{block.by}={_plain(group)}" for group in groups]
        metrics = tuple(metric for _ in groups)
    return ChartFrame(
        form=block.form, stacked=block.stacked,
        categories=tuple(period_name(period, grain, asker.language) for period in periods),
        series=series, unit=series[0].unit if series else "count", unfinished=unfinished,
        drills=tuple(
            tuple(drill_address(metric, _in_period(view, period, grain), condition)
                  for metric, condition in zip(metrics, narrowed, strict=True))
            for period in periods
        ),
        drill=drill_address(block.metrics[0], view),
        **_common(block, asker, answer),
    )  # fmt: skip


def _over_time(block: Trend, metric: str, view: View, asker: Asker, grain: str) -> tuple[Any, list[Any]]:
    """The largest groups of the whole period, then their course."""
    largest = asker.ask(view, (metric,), by=(block.by,), top=block.top)
    groups = [row[block.by] for row in largest.rows]
    groups.sort(key=lambda group: -_size(next(r.get(metric) for r in largest.rows if r[block.by] == group)))
    chosen = view.values(block.by or "")
    where = () if chosen else tuple(f"{block.by}={_plain(group)}" for group in groups)
    return asker.ask(view, (metric,), by=(block.by,), grain=grain, where=where), groups


@fill.register
def _bars(block: Bars, view: View, asker: Asker) -> Frame:
    answer = asker.ask(
        view, block.metrics, by=(block.by,), top=block.top, other=block.other and block.top is not None
    )
    first = block.metrics[0]
    rows = list(answer.rows)
    if block.ordered:
        rows.sort(key=lambda row: place(block.by, row[block.by]))
    else:
        rows.sort(key=lambda row: (bool(row.get("other")), -_size(row.get(first))))
    return ChartFrame(
        form="column" if block.upright or block.ordered else "bar",
        categories=tuple(_shown(row[block.by], block.by, asker, other=bool(row.get("other"))) for row in rows),
        series=tuple(
            Series(name=_name(answer, metric, asker), values=tuple(row.get(metric) for row in rows),
                   unit=_unit(answer, metric))
            for metric in block.metrics
        ),
        unit=_unit(answer, first),
        drills=tuple(
            tuple(drill_address(metric, view, f"{block.by}={_plain(row[block.by])}") for metric in block.metrics)
            for row in rows
        ),
        drill=drill_address(first, view),
        **_common(block, asker, answer),
    )  # fmt: skip


@fill.register
def _share(block: Share, view: View, asker: Asker) -> Frame:
    bars = Bars((block.metric,), by=block.by, top=block.top, other=True, title=block.title, note=block.note)
    frame = fill(bars, view, asker)
    return ChartFrame(**{**vars(frame), "form": "pie"}) if isinstance(frame, ChartFrame) else frame


@fill.register
def _pareto(block: Pareto, view: View, asker: Asker) -> Frame:
    """Bars with the running share of the whole, of which they are the head."""
    answer = asker.ask(view, (block.metric,), by=(block.by,), top=block.top)
    whole = asker.ask(view, (block.metric,)).rows
    total = _size(whole[0].get(block.metric)) if whole else 0.0
    rows = sorted(answer.rows, key=lambda row: -_size(row.get(block.metric)))
    running, shares = 0.0, []
    for row in rows:
        running += _size(row.get(block.metric))
        shares.append(running / total if total else None)
    unit = _unit(answer, block.metric)
    share_name = {"zh": "累计占比", "en": "Running share"}[asker.language]
    return ChartFrame(
        form="pareto",
        categories=tuple(_shown(row[block.by], block.by, asker) for row in rows),
        series=(
            Series(name=_name(answer, block.metric, asker), values=tuple(row.get(block.metric) for row in rows), unit=unit),
            Series(name=share_name, values=tuple(shares), unit="share"),
        ),
        unit=unit,
        drills=tuple((drill_address(block.metric, view, f"{block.by}={_plain(row[block.by])}"),) * 2 for row in rows),
        drill=drill_address(block.metric, view),
        **_common(block, asker, answer),
    )  # fmt: skip


@fill.register
def _curve(block: Curve, view: View, asker: Asker) -> Frame:
    low, high = f"{block.metric}:lo95", f"{block.metric}:hi95"
    answer = asker.ask(view, (block.metric, low, high), by=(block.by,))
    rows = answer.rows
    return ChartFrame(
        form="step",
        categories=tuple(row[block.by] for row in rows),
        series=(
            Series(
                name=_name(answer, block.metric, asker), unit=_unit(answer, block.metric),
                values=tuple(row.get(block.metric) for row in rows),
                lower=tuple(row.get(low) for row in rows), upper=tuple(row.get(high) for row in rows),
            ),
        ),
        unit=_unit(answer, block.metric),
        drill=drill_address(block.metric, view),
        **_common(block, asker, answer),
    )  # fmt: skip


@fill.register
def _triangle(block: Triangle, view: View, asker: Asker) -> Frame:
    answer = asker.ask(view, (block.metric,), by=(block.rows, block.columns))
    down = sorted({row[block.rows] for row in answer.rows}, key=str)
    across = sorted({row[block.columns] for row in answer.rows})
    cells = {(row[block.rows], row[block.columns]): row.get(block.metric) for row in answer.rows}
    return HeatFrame(
        row_names=tuple(str(one)[:7] for one in down),
        column_names=tuple(str(one) for one in across),
        values=tuple(tuple(cells.get((one, age)) for age in across) for one in down),
        unit=_unit(answer, block.metric),
        drill=drill_address(block.metric, view),
        **_common(block, asker, answer),
    )


@fill.register
def _ranking(block: Ranking, view: View, asker: Asker) -> Frame:
    dimensions = (block.by, *block.columns)
    answer = asker.ask(view, block.metrics, by=dimensions, top=block.top, totals=block.totals)
    first = block.metrics[0]
    body = [row for row in answer.rows if not row.get("total")]
    body.sort(key=lambda row: -_size(row.get(first)))
    total = next((row for row in answer.rows if row.get("total")), None)
    names = (*dimensions, *block.metrics)
    columns = tuple(
        Column(label=_dimension_label(name, asker)) if name in dimensions
        else Column(label=_name(answer, name, asker), unit=_unit(answer, name))
        for name in names
    )  # fmt: skip
    return TableFrame(
        columns=columns,
        rows=tuple(
            tuple(_shown(row[name], name, asker) if name in dimensions else row.get(name) for name in names)
            for row in body
        ),
        links=tuple(drill_address(first, view, f"{block.by}={_plain(row[block.by])}") for row in body),
        total=None
        if total is None
        else tuple("" if name in dimensions else total.get(name) for name in names),
        drill=drill_address(first, view),
        **_common(block, asker, answer),
    )


@fill.register
def _text(block: Text, view: View, asker: Asker) -> Frame:
    return WordsFrame(title=_title(block, asker), text=block.text(asker.language))


def drill_address(metric: str, view: View, *conditions: str) -> str:
    """Where the rows behind a figure are shown, narrowed by the mark that was chosen."""
    narrowed = view.narrowed(*(one for one in conditions if one))
    query = [("metric", metric), ("from", narrowed.start.isoformat()), ("to", narrowed.end.isoformat())]
    if narrowed.as_of:
        query.append(("as-of", narrowed.as_of.isoformat()))
    query += [("where", text) for text in narrowed.where]
    return f"/d/rows?{urlencode(query, quote_via=quote)}"


def _in_period(view: View, period: Any, grain: str) -> View:
    from dataclasses import replace
    from datetime import date

    start = period if isinstance(period, date) else date.fromisoformat(period)
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months:
        index = start.year * 12 + start.month - 1 + months
        end = date(index // 12, index % 12 + 1, 1)
    else:
        end = date.fromordinal(start.toordinal() + (7 if grain == "week" else 1))
    return replace(view, start=max(start, view.start), end=min(end, view.end), preset=None)


def _common(block: Block, asker: Asker, answer: Any) -> dict[str, Any]:
    notes = tuple(note[asker.language] if isinstance(note, dict) else str(note) for note in answer.notes)
    return {
        "title": _title(block, asker),
        "note": block.note(asker.language) if block.note else "",
        "notes": tuple(dict.fromkeys(notes)),
        "metrics": _metrics_of(block),
        "sql": answer.sql,
    }


def _metrics_of(block: Block) -> tuple[str, ...]:
    return tuple(getattr(block, "metrics", ())) or ((block.metric,) if hasattr(block, "metric") else ())


def _title(block: Block, asker: Asker) -> str:
    if block.title is not None:
        return block.title(asker.language)
    metrics = _metrics_of(block)
    if not metrics:
        return ""
    joint = "、" if asker.language == "zh" else ", "
    name = joint.join(_with_statistic(metric, asker) for metric in metrics[:2])
    by = getattr(block, "by", None)
    if by is None or isinstance(block, Curve):
        return name
    return (
        f"{_dimension_label(by, asker)}{name}"
        if asker.language == "zh"
        else f"{name} by {_dimension_label(by, asker).lower()}"
    )


def _with_statistic(text: str, asker: Asker) -> str:
    label = asker.metric(text).label(asker.language)
    statistic = text.partition(":")[2]
    named = {
        "p50": ("中位数", "median"),
        "km_p50": ("中位数，含未结", "median, open counted"),
        "mean": ("平均", "mean"),
    }
    if statistic:
        words = named.get(statistic, (statistic, statistic))
        label = f"{label}（{words[0]}）" if asker.language == "zh" else f"{label} ({words[1]})"
    return label


def _name(answer: Any, metric: str, asker: Asker) -> str:
    return _with_statistic(metric, asker)


def _unit(answer: Any, metric: str) -> str:
    pairs = zip(answer.figures, answer.metrics, strict=True)
    return str(next((one.unit for figure, one in pairs if figure.text == metric), "count"))


def _dimension_label(name: str, asker: Asker) -> str:
    parts = name.split(".")
    if parts[-1] == "code":
        base = load_catalog().dimension(parts[0]).label(asker.language)
        return f"{base}编号" if asker.language == "zh" else f"{base} code"
    return load_catalog().dimension(parts[-1]).label(asker.language)


def _stem(metric: str) -> str:
    return metric.partition(":")[0]


def _shown(value: Any, dimension: str, asker: Asker, *, other: bool = False) -> str:
    if other:
        return OTHER[asker.language]
    return EMPTY[asker.language] if value in (None, "") else value_name(dimension, str(value), asker.language)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _size(value: Any) -> float:
    return (
        float(value)
        if isinstance(value, (int, float)) or (value is not None and not isinstance(value, str))
        else 0.0
    )
