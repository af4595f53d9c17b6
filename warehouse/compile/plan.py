"""From asked figures to leaves: ratios and sums are taken apart, each metric that a table answers stands once.

How a leaf is read is the business of its kind; how the leaves are put together again, that of combine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from warehouse.catalog import ERRORS, Catalog, Metric
from warehouse.compile.span import Span, add_months
from warehouse.question import AskRefused, Figure

Values = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Leaf:
    """A metric with its parameter values and statistic, under the column names that it has in the statement.

    Statistics of the same rows share their `count`. `start` is where its own trailing range begins when none
    was asked. `limited` says that its error or limits are asked: where these are dear they are not computed
    otherwise.
    """

    column: str
    count: str
    metric: Metric = field(compare=False)
    values: Values
    statistic: str = ""
    start: date | None = None
    limited: bool = field(default=False, compare=False)

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameter values by name."""
        return dict(self.values)


@dataclass(frozen=True)
class Node:
    """A metric in the tree of an asked figure: a leaf, or parts with their signs."""

    metric: Metric
    leaf: Leaf | None = None
    parts: tuple[tuple[int, Node], ...] = ()
    count: Node | None = None


@dataclass(frozen=True)
class Caution:
    """What must be said of a figure where `count` of its `of` rows are not what it takes them for."""

    count: Node
    of: Node
    says: Mapping[str, str]


@dataclass
class Plan:
    """The figures as asked, each with its tree, all their leaves, and what may have to be said of them."""

    catalog: Catalog
    span: Span
    figures: list[tuple[Figure, Node]] = field(default_factory=list)
    leaves: dict[tuple[Any, ...], Leaf] = field(default_factory=dict)
    cautions: dict[str, Caution] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        """Take a figure apart; AskRefused where its parameters or its statistic do not fit the metric."""
        metric = self.catalog.metric(figure.metric)
        if strange := [name for name, _ in figure.parameters if name not in metric.parameters]:
            raise _strange_parameter(metric, strange[0])
        statistic = figure.statistic or (metric.statistics[0] if metric.statistics else "")
        if statistic and not metric.has_statistic(statistic):
            raise _strange_statistic(metric, statistic)
        read = {name: metric.parameters[name].read(metric.name, text) for name, text in figure.parameters}
        node = self._node(metric, read, statistic, None)
        self.figures.append((figure, node))
        if node.leaf and figure.limit in ERRORS:
            identity = _identity(node.leaf)
            self.leaves[identity] = replace(self.leaves[identity], limited=True)

    def _node(self, metric: Metric, given: Mapping[str, Any], statistic: str, start: date | None) -> Node:
        values = {
            name: given.get(name, one.read(metric.name, one.default))
            for name, one in metric.parameters.items()
        }
        metric = metric.with_choices(values)
        if self.span.start is None and self.span.grain is None:
            start = self._trailing_start(metric, values) or start
        if caution := metric.spec.get("caution"):
            those, all_of = (
                self._node(self.catalog.metric(caution[one]), given, "", start) for one in ("count", "of")
            )
            self.cautions.setdefault(metric.name, Caution(those, all_of, caution))
        if not metric.parts:
            return Node(metric, leaf=self._leaf(metric, tuple(sorted(values.items())), statistic, start))
        parts = tuple(
            (sign, self._node(self.catalog.metric(name), {**given, **values}, "", start))
            for sign, name in metric.parts
        )
        counted = metric.spec.get("count")
        count = self._node(self.catalog.metric(counted), {**given, **values}, "", start) if counted else None
        return Node(metric, parts=parts, count=count)

    def _trailing_start(self, metric: Metric, values: Mapping[str, Any]) -> date | None:
        """Where a metric's own range begins: months or days before the end of the question's."""
        if metric.trailing_months:
            return add_months(self.span.end, -int(values.get("months", metric.trailing_months)))
        if metric.trailing_days:
            return self.span.end - timedelta(days=int(values.get("days", metric.trailing_days)))
        return None

    def _leaf(self, metric: Metric, values: Values, statistic: str, start: date | None) -> Leaf:
        leaf = Leaf("", "", metric, values, statistic, start)
        identity = _identity(leaf)
        if identity not in self.leaves:
            same = [one for one in self.leaves.values() if one.metric.name == metric.name]
            rows = list(dict.fromkeys((one.values, one.start) for one in [*same, leaf]))
            number = rows.index((values, start))
            stem = metric.name if number == 0 else f"{metric.name}_{number + 1}"
            column = f"{stem}_{statistic.replace('.', '_')}" if statistic else stem
            count = f"{column if statistic.startswith('km_') else stem}_n"
            self.leaves[identity] = replace(leaf, column=column, count=count)
        return self.leaves[identity]


def _identity(leaf: Leaf) -> tuple[Any, ...]:
    return leaf.metric.name, leaf.values, leaf.statistic, leaf.start


def _strange_parameter(metric: Metric, name: str) -> AskRefused:
    known = list(metric.parameters)
    if not known:
        return AskRefused(
            zh=f"{metric.name} 没有参数，请去掉“{name}”。",
            en=f"{metric.name} takes no parameters; leave out '{name}'.",
        )
    return AskRefused(
        zh=f"{metric.name} 没有参数“{name}”，可用的有 {'、'.join(known)}。",
        en=f"{metric.name} has no parameter '{name}'; it takes {', '.join(known)}.",
    )


def _strange_statistic(metric: Metric, statistic: str) -> AskRefused:
    if not metric.statistics:
        return AskRefused(
            zh=f"{metric.name} 是单一数值，没有统计量“{statistic}”。",
            en=f"{metric.name} is one number; it has no statistic '{statistic}'.",
        )
    known = (*metric.statistics, *metric.percentiles)
    return AskRefused(
        zh=f"{metric.name} 没有统计量“{statistic}”，可用的有 {'、'.join(known)}。",
        en=f"{metric.name} has no statistic '{statistic}'; it has {', '.join(known)}.",
    )
