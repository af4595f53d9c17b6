"""Frames: what a block shows, as plain data; the one input of the screen's and of Word's renderer.

How a frame is filled stands in fill.py; how it looks, in render/ and word/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What all frames carry: title and note, notes of the answer, the address of the rows behind."""

    title: str
    note: str = ""
    notes: tuple[str, ...] = ()
    drill: str = ""
    metrics: tuple[str, ...] = ()
    sql: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyFigure(Frame):
    """One figure, what it was, and its course; `better` is 'up', 'down' or 'neither'."""

    metric: str
    value: Any
    unit: str
    count: Any = None
    earlier: Any = None
    earlier_name: str = ""
    better: str = "neither"
    course: tuple[Any, ...] = ()
    course_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Series:
    """A row of values under one name, null where there is none, with limits where the metric has them."""

    name: str
    values: tuple[Any, ...]
    unit: str
    lower: tuple[Any, ...] | None = None
    upper: tuple[Any, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ChartFrame(Frame):
    """Series over categories; `form` is line, column, bar, area, pie, pareto or step.

    `drills` has an address per category and series; `unfinished` marks the last category as a period
    that is still running.
    """

    form: str
    categories: tuple[Any, ...]
    series: tuple[Series, ...]
    unit: str
    stacked: bool = False
    unfinished: bool = False
    drills: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its label and unit ('text' for words)."""

    label: str
    unit: str = "text"


@dataclass(frozen=True, kw_only=True)
class TableFrame(Frame):
    """Rows of raw values under columns; `links` has an address per row, `total` a last row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    links: tuple[str, ...] = ()
    total: tuple[Any, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class HeatFrame(Frame):
    """Values by row and column, null where a cell is not finished or empty."""

    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    unit: str


@dataclass(frozen=True, kw_only=True)
class WordsFrame(Frame):
    """Sentences."""

    text: str


@dataclass(frozen=True, kw_only=True)
class RefusedFrame(Frame):
    """A block that cannot be shown to this reader, and why."""

    reason: str
