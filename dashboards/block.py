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
    """One figure with its change against an earlier time, its course, and how near it is to its target where one is kept."""

    metric: str
    course: bool = True
    target: bool = True
    width: int = field(default=3, kw_only=True)


@dataclass(frozen=True)
class Trend(Block):
    """Figures over time: one line per metric, or per value of `by` for the largest `top`.

    `stacked` adds the rest beyond `top`, so that the height is the whole; `ordered` keeps the dimension's own
    order; `compared` draws behind a single metric what the view compares with: its earlier course, or its targets.
    """

    metrics: tuple[str, ...]
    by: str | None = None
    top: int | None = 5
    grain: str | None = None
    form: str = "line"
    stacked: bool = False
    ordered: bool = False
    compared: bool = False


@dataclass(frozen=True)
class Forecast(Block):
    """A metric's finished months and what is expected of the next `ahead`, with its interval.

    `expected` takes a parameter `months` and the dimension month, as demand_forecast does.
    """

    metric: str
    expected: str
    ahead: int = 6


@dataclass(frozen=True)
class Bars(Block):
    """Figures by one dimension, largest first (or in the dimension's own order), the rest as one bar.

    `compared` marks on each bar of a single metric where it was at the earlier time, or was to be.
    """

    metrics: tuple[str, ...]
    by: str
    top: int | None = 10
    other: bool = False
    ordered: bool = False
    upright: bool = False
    compared: bool = False


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
    """A step curve over an age or duration, with its 95 % limits where the metric has them.

    With `groups`, one curve for each of the `top` values of that dimension with the most of `ranked_by`.
    `across` names the lower axis where the dimension's own name says too little.
    """

    metric: str
    by: str = "age"
    across: Title | None = None
    groups: str | None = None
    ranked_by: str = ""
    top: int = 3


@dataclass(frozen=True)
class Triangle(Block):
    """A metric by cohort and age, each cohort one row, unfinished cells empty."""

    metric: str
    rows: str = "cohort"
    columns: str = "age"
    across: Title | None = None


@dataclass(frozen=True)
class Cross(Block):
    """Two dimensions as a table shaded by the first metric; the others stand below it in each cell.

    `each` counts how many of a third dimension (items, customers) a cell holds.
    """

    metrics: tuple[str, ...]
    rows: str
    columns: str
    each: str | None = None


@dataclass(frozen=True)
class Distribution(Block):
    """How many of `each` have which value of a metric, and what all of them have together, with its interval."""

    metric: str
    each: str
    bars: int = 12


@dataclass(frozen=True)
class Ranking(Block):
    """A table of several figures by one dimension, ordered by the first, or in the dimension's own order."""

    metrics: tuple[str, ...]
    by: str
    top: int = 15
    columns: tuple[str, ...] = ()
    totals: bool = False
    ordered: bool = False
    width: int = field(default=12, kw_only=True)


@dataclass(frozen=True)
class Text(Block):
    """A few sentences by the page's author."""

    text: Title
    width: int = field(default=12, kw_only=True)
