"""Any frame as columns and rows of raw values: what stands behind "view as table", CSV and Excel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import chain
from typing import Any

from dashboards.frame import ChartFrame, Column, Frame, HeatFrame, KeyFigure, Series, TableFrame
from dashboards.label import Title
from dashboards.numbers import short

FROM, TO = Title("{name}（95% 下限）", "{name} (95% from)"), Title("{name}（95% 上限）", "{name} (95% to)")


@dataclass(frozen=True)
class Sheet:
    """Columns with their units, and rows of raw values; the first column names the row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


@singledispatch
def sheet_of(frame: Frame, language: str) -> Sheet:
    """What a frame shows as a table; nothing where it shows words."""
    return Sheet((), ())


@sheet_of.register
def _figure(frame: KeyFigure, language: str) -> Sheet:
    if not frame.course:
        return Sheet((Column(label=frame.title, unit=frame.unit),), ((frame.value,),))
    rows = tuple(zip(frame.course_names, frame.course, strict=True))
    return Sheet((Column(label=frame.across), Column(label=frame.title, unit=frame.unit)), rows)


@sheet_of.register
def _chart(frame: ChartFrame, language: str) -> Sheet:
    parts = tuple(chain.from_iterable(_with_limits(series, language) for series in frame.series))
    columns = (Column(label=frame.across), *(Column(label=one.name, unit=one.unit) for one in parts))
    if frame.form != "step":
        return Sheet(columns, tuple(zip(frame.categories, *(one.values for one in parts), strict=True)))
    steps = [dict(zip(one.x or (), one.values, strict=True)) for one in parts]
    return Sheet(columns, tuple((x, *(step.get(x) for step in steps)) for x in frame.categories))


def _with_limits(series: Series, language: str) -> tuple[Series, ...]:
    if series.lower is None or series.upper is None:
        return (series,)
    low, high = (
        replace(series, name=title(language).format(name=series.name), values=values)
        for title, values in ((FROM, series.lower), (TO, series.upper))
    )
    return (series, low, high)


@sheet_of.register
def _heat(frame: HeatFrame, language: str) -> Sheet:
    columns = (
        Column(label=frame.down),
        *(Column(label=name, unit=frame.unit) for name in frame.column_names),
    )
    return Sheet(
        columns, tuple((name, *row) for name, row in zip(frame.row_names, frame.values, strict=True))
    )


def cell_lines(frame: HeatFrame, down: int, across: int, language: str, currency: str) -> list[str]:
    """What a cell says in few characters: its value, and below it what else is known of it."""
    value = frame.values[down][across]
    if value is None:
        return []
    first = f"{float(value):.0%}" if frame.unit == "share" else short(value, frame.unit, language, currency)
    below = frame.below[down][across] if frame.below else ()
    return [first, *(short(one, unit, language, currency) for one, unit in below)]


@sheet_of.register
def _table(frame: TableFrame, language: str) -> Sheet:
    return Sheet(frame.columns, frame.rows if frame.total is None else (*frame.rows, frame.total))
