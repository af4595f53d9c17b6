"""Frames: what a block shows, as plain data; the one input of the screen's and of Word's renderer.

How a frame is filled stands in fill.py; how it looks, in render/ and word/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What all frames carry: title and note, notes of the answer, the address of the rows behind.

    `meanings` are the names and definitions of the metrics; `warned` says which checks of their tables warn.
    `width` is of the twelve columns of a page.
    """

    title: str
    width: int = 12
    note: str = ""
    notes: tuple[str, ...] = ()
    drill: str = ""
    metrics: tuple[str, ...] = ()
    meanings: tuple[tuple[str, str], ...] = ()
    warned: tuple[str, ...] = ()
    sql: str = ""


@dataclass(frozen=True)
class Mark:
    """Where a mark of a chart leads: the address of its rows, and what narrows the page to it, as a query."""

    rows: str = ""
    only: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyFigure(Frame):
    """One figure, what it was and was to be, and its course; `better` is 'up', 'down' or 'neither'.

    `earlier_name` says what it is compared with, `against` the same shortly: 去年同期, 同比.
    """

    metric: str
    value: Any
    unit: str
    count: Any = None
    earlier: Any = None
    earlier_name: str = ""
    against: str = ""
    better: str = "neither"
    target: Any = None
    course: tuple[Any, ...] = ()
    across: str = ""
    course_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Series:
    """A row of values under one name, null where there is none, with limits where the metric has them.

    `x` are the places of a curve's values. `role` is 'value', 'expected' (a forecast) or 'earlier' (what it is
    compared with).
    """

    name: str
    values: tuple[Any, ...]
    unit: str
    lower: tuple[Any, ...] | None = None
    upper: tuple[Any, ...] | None = None
    x: tuple[Any, ...] | None = None
    role: str = "value"


@dataclass(frozen=True, kw_only=True)
class ChartFrame(Frame):
    """Series over categories; `form` is line, column, bar, area, pie, pareto, histogram or step.

    `marks` has one per category and series; `unfinished` is the place of the period that is still running.
    `across` names what the categories are: periods, regions, days since installation.
    """

    form: str
    categories: tuple[Any, ...]
    series: tuple[Series, ...]
    unit: str
    stacked: bool = False
    unfinished: int | None = None
    marks: tuple[tuple[Mark, ...], ...] = ()
    across: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its label, its unit ('text' for words), and whether all its numbers are whole, if known."""

    label: str
    unit: str = "text"
    whole: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TableFrame(Frame):
    """Rows of raw values under columns; `links` has an address per row, `total` a last row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    links: tuple[str, ...] = ()
    total: tuple[Any, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class HeatFrame(Frame):
    """Values by row and column, null where a cell is not finished or empty.

    `below` are more lines of each cell as (value, unit); `across` and `down` name what columns and rows are.
    """

    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    unit: str
    below: tuple[tuple[tuple[tuple[Any, str], ...], ...], ...] = ()
    marks: tuple[tuple[Mark, ...], ...] = ()
    across: str = ""
    down: str = ""


@dataclass(frozen=True, kw_only=True)
class WordsFrame(Frame):
    """Sentences."""

    text: str


@dataclass(frozen=True, kw_only=True)
class RefusedFrame(Frame):
    """A block that cannot be shown to this reader, and why."""

    reason: str
