"""The vocabulary of pages and reports: blocks over metrics, with no SQL, no callback and no colour.

How a block's figures are asked stands in frame.py; how a frame looks, in render/ for the screen and for Word.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboards.label import Title


@dataclass(frozen=True, kw_only=True)
class Block:
    """What every block can say; `width` is of twelve columns, `where` narrows the page's filters further."""

    title: Title | None = None
    note: Title | None = None
    width: int = 6
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kpi(Block):
    """One figure with its change against an earlier time and its course over the period."""

    metric: str
    course: bool = True
    width: int = field(default=3, kw_only=True)


@dataclass(frozen=True)
class Trend(Block):
    """Figures over time: one line per metric, or per value of `by` for the largest `top`."""

    metrics: tuple[str, ...]
    by: str | None = None
    top: int = 5
    grain: str | None = None
    form: str = "line"
    stacked: bool = False


@dataclass(frozen=True)
class Bars(Block):
    """Figures by one dimension, largest first (or in the dimension's own order), the rest as one bar."""

    metrics: tuple[str, ...]
    by: str
    top: int | None = 10
    other: bool = False
    ordered: bool = False
    upright: bool = False


@dataclass(frozen=True)
class Share(Block):
    """The parts of a whole: at most five and the rest."""

    metric: str
    by: str
    top: int = 5


@dataclass(frozen=True)
class Pareto(Block):
    """Bars from large to small with the running share of the total."""

    metric: str
    by: str
    top: int = 12


@dataclass(frozen=True)
class Curve(Block):
    """A step curve over an age or duration, with its 95 % limits where the metric has them."""

    metric: str
    by: str = "age"


@dataclass(frozen=True)
class Triangle(Block):
    """A metric by cohort and age, each cohort one row, unfinished cells empty."""

    metric: str
    rows: str = "cohort"
    columns: str = "age"


@dataclass(frozen=True)
class Ranking(Block):
    """A table of several figures by one dimension, ordered by the first."""

    metrics: tuple[str, ...]
    by: str
    top: int = 15
    columns: tuple[str, ...] = ()
    totals: bool = False
    width: int = field(default=12, kw_only=True)


@dataclass(frozen=True)
class Text(Block):
    """A few sentences by the page's author."""

    text: Title
    width: int = field(default=12, kw_only=True)
