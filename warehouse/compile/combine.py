"""Relations joined on their keys, every period filled, and figures made of leaves.

Relations have one row per group, so nothing multiplies; a ratio is divided here, after aggregation. What people
read of the groups, and in which order, is the business of `present`.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.extent import periods_sql
from warehouse.compile.plan import Node, Plan
from warehouse.question import AskRefused, Figure


@dataclass(frozen=True)
class Output:
    """A column of the answer. `limit` with `exact` (events, exposure) is worked out after the statement; `zero` says
    that of a group without rows it is 0, not null."""

    name: str
    sql: str
    limit: str | None = None
    exact: tuple[str, str] | None = None
    zero: bool = False


@dataclass(frozen=True)
class Assembly:
    """Named subqueries of which `joined` has one row per group, the columns asked, and joins that they need."""

    subqueries: dict[str, str]
    outputs: tuple[Output, ...]
    joins: tuple[str, ...]


def assemble(compilation: Compilation, plan: Plan, relations: list[Relation]) -> Assembly:
    """All relations brought to one row per group and period, and the figures in terms of their columns."""
    keys, period = compilation.key_columns, compilation.period_column
    whole = [one for one in relations if len(one.keys) == len(keys)]
    constant = [one for one in relations if len(one.keys) < len(keys)]
    if not whole:
        raise _undivided(plan, compilation)
    named = {f"part_{number}": one for number, one in enumerate([*whole, *constant], 1)}
    subqueries = {**compilation.tables, **{name: one.sql for name, one in named.items()}}
    if period:  # first where parts count by it, last where it is found from them
        periods = {"periods": periods_sql(compilation, named)}
        known = compilation.span.periods is not None
        subqueries = {**periods, **subqueries} if known else {**subqueries, **periods}
    divided = dict(list(named.items())[: len(whole)])
    subqueries["joined"] = _joined(divided, [*keys, *period], bool(period))
    columns = _Columns(named, len(whole))
    return Assembly(subqueries, _outputs(plan, columns), tuple(columns.joins(period)))


def with_clause(subqueries: dict[str, str]) -> str:
    """WITH and all subqueries, each on lines of its own."""
    return "with " + ",\n".join(f"{name} as (\n{sql}\n)" for name, sql in subqueries.items())


def quoted(name: str) -> str:
    """An identifier for SQL; names come from the catalogue and the asked text, which the grammar restricts."""
    return '"' + name.replace('"', '""') + '"'


def _joined(named: dict[str, Relation], shared: list[str], fill: bool) -> str:
    """A full join of relations with one row per group, empty keys included: stacked, then gathered."""
    if not shared:
        return "select * from " + " cross join ".join(named)
    if len(named) == 1 and not fill:
        return f"select * from {next(iter(named))}"
    stacked = [f"select {', '.join([*shared, *one.values])} from {name}" for name, one in named.items()]
    if fill:
        keys = ", ".join(shared[:-1])
        groups = " union ".join(f"select {keys} from {name}" for name in named)
        stacked.append(
            f"select * from ({groups}) cross join periods" if keys else "select period from periods"
        )
    values = [f"max({column}) as {column}" for one in named.values() for column in one.values]
    gathered = "\nunion all by name\n".join(stacked)
    return f"select {', '.join([*shared, *values])}\nfrom (\n{gathered}\n)\ngroup by {', '.join(shared)}"


class _Columns:
    """Where each leaf's columns stand: in the joined relation, or in one that does not divide by all keys."""

    def __init__(self, named: dict[str, Relation], whole: int) -> None:
        self._constant = dict(list(named.items())[whole:])
        self._place = {
            column: (name if name in self._constant else "joined")
            for name, relation in named.items()
            for column in relation.values
        }
        self._zero = frozenset[str]().union(*(relation.zero for relation in named.values()))

    def __contains__(self, column: str) -> bool:
        return column in self._place

    def value(self, column: str) -> str:
        """SQL of a leaf's column; 0 for an empty group where that is what it means."""
        sql = f"{self._place[column]}.{column}"
        return f"coalesce({sql}, 0)" if self.is_zero(column) else sql

    def is_zero(self, column: str) -> bool:
        """Whether it is 0 for a group without rows."""
        return column in self._zero

    def joins(self, period: tuple[str, ...]) -> list[str]:
        """Joins of the relations that some keys do not divide."""
        return [
            f"left join {name} on "
            + (
                " and ".join(f"{name}.{c} is not distinct from joined.{c}" for c in (*one.keys, *period))
                or "true"
            )
            for name, one in self._constant.items()
        ]


def _outputs(plan: Plan, columns: _Columns) -> tuple[Output, ...]:
    found: dict[str, Output] = {}
    for figure, node in plan.figures:
        if figure.limit:
            found[figure.text] = _limit(figure, node, columns)
        else:
            found[figure.text] = Output(figure.text, _value(node, columns), zero=_is_zero(node, columns))
    for figure, node in plan.figures:
        count = _count(node, columns)
        if count is None or figure.limit:
            continue
        name = f"{figure.stem}:n"
        if name in found and found[name].sql != count:
            name = f"{figure.text}:n"
        found.setdefault(name, Output(name, count))
    for name, caution in plan.cautions.items():
        for part, node in (("count", caution.count), ("of", caution.of)):
            found[f"#{part} {name}"] = Output(f"#{part} {name}", _value(node, columns))
    return tuple(found.values())


def _value(node: Node, columns: _Columns) -> str:
    if node.leaf:
        return columns.value(node.leaf.column)
    if node.metric.kind == "sum":
        terms = "".join(f" {'-' if sign < 0 else '+'} {_value(part, columns)}" for sign, part in node.parts)
        return f"({terms.removeprefix(' + ').strip()})"
    above, below = (f"cast({_value(part, columns)} as double)" for _, part in node.parts)
    if node.metric.spec.get("positive"):
        return f"(case when {below} > 0 then {above} / {below} end)"
    return f"({above} / nullif({below}, 0))"


def _is_zero(node: Node, columns: _Columns) -> bool:
    if node.leaf:
        return columns.is_zero(node.leaf.column)
    return node.metric.kind == "sum" and all(_is_zero(part, columns) for _, part in node.parts)


def _count(node: Node, columns: _Columns) -> str | None:
    if node.count:
        return _value(node.count, columns)
    if node.leaf:
        count = node.leaf.count
        return f"coalesce({columns.value(count)}, 0)" if count in columns else None
    counted = node.metric.kind == "ratio" and node.parts[1][1].metric.unit in ("count", "quantity", "orders")
    return _value(node.parts[1][1], columns) if counted else None


def _limit(figure: Figure, node: Node, columns: _Columns) -> Output:
    if figure.limit == "n":
        count = _count(node, columns)
        if count is not None:
            return Output(figure.text, count)
    elif node.leaf and f"{node.leaf.column}_{figure.limit}" in columns:
        return Output(figure.text, columns.value(f"{node.leaf.column}_{figure.limit}"))
    elif node.metric.spec.get("limits") == "poisson":
        events, exposure = (_value(part, columns) for _, part in node.parts)
        error = f"sqrt(cast({events} as double)) / nullif(cast({exposure} as double), 0)"
        return Output(figure.text, error, figure.limit, None if figure.limit == "se" else (events, exposure))
    raise AskRefused(
        zh=f"{figure.metric} 没有“{figure.limit}”。",
        en=f"{figure.metric} has no '{figure.limit}'; ask it without.",
    )


def _undivided(plan: Plan, compilation: Compilation) -> AskRefused:
    figure = plan.figures[0][0]
    texts = ", ".join(key.text for key in compilation.keys)
    return AskRefused(
        zh=f"{figure.metric} 与“{texts}”无关，请去掉该维度。",
        en=f"{figure.metric} does not depend on '{texts}'; leave that dimension out.",
    )
