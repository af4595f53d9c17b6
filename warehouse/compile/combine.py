"""The last step of a statement: relations joined on their keys, every period filled, figures made of leaves.

Relations have one row per group, so nothing multiplies; a ratio is divided here, after aggregation.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.extent import periods_sql
from warehouse.compile.plan import Node, Plan
from warehouse.question import AskRefused, Figure


@dataclass(frozen=True)
class Output:
    """A column of the answer. `limit` with `exact` (events, exposure) is worked out after the statement."""

    name: str
    sql: str
    limit: str | None = None
    exact: tuple[str, str] | None = None


@dataclass(frozen=True)
class Statement:
    """A statement with its value columns in the order asked; columns named #… are not for the reader."""

    sql: str
    outputs: tuple[Output, ...]


def combine(
    compilation: Compilation,
    plan: Plan,
    relations: list[Relation],
    top: int | None = None,
    *,
    hidden: bool = False,
) -> Statement:
    """One SELECT over all relations: shown names, period, the asked figures; grouping columns too if `hidden`."""
    keys, period = compilation.key_columns, compilation.period_column
    whole = [one for one in relations if len(one.keys) == len(keys)]
    constant = [one for one in relations if len(one.keys) < len(keys)]
    if not whole:
        raise _undivided(plan, compilation)
    named = {f"part_{number}": one for number, one in enumerate([*whole, *constant], 1)}
    ctes = {**compilation.tables, **{name: one.sql for name, one in named.items()}}
    if period:  # first where parts count by it, last where it is found from them
        periods = periods_sql(compilation, named)
        ctes = (
            {"periods": periods, **ctes}
            if compilation.span.periods is not None
            else {**ctes, "periods": periods}
        )
    ctes["joined"] = _joined(
        {name: one for name, one in named.items() if one in whole}, [*keys, *period], bool(period)
    )
    columns = _Columns(named, len(whole))
    outputs = _outputs(plan, columns)
    lookups = _Lookups(compilation)
    listed = [
        *lookups.shown,
        *(f"joined.{column}" for column in period),
        *(f"{one.sql} as {quoted(one.name)}" for one in outputs),
        *(f"{sql} as {quoted(f'#{number}{one.name}')}" for one in outputs if one.exact for number, sql in enumerate(one.exact)),
        *(f"joined.{column} as {quoted('#' + column)}" for column in keys if hidden or top is not None),
    ]  # fmt: skip
    body = [
        f"select {f',{chr(10)}       '.join(listed)}",
        "from joined",
        *columns.joins(period),
        *lookups.joins,
    ]
    if top is not None:
        ties = [*lookups.ties, *(quoted("#" + column) for column in keys)]
        body += [
            f"order by {quoted(outputs[0].name)} desc nulls last, {', '.join(ties)}",
            f"limit {int(top)}",
        ]
    final = "\n".join(body)
    sorted_by = ", ".join(f"{place} nulls last" for place in range(1, len(lookups.shown) + len(period) + 1))
    if top is not None:
        final = f"select * from (\n{final}\n)"
    if sorted_by:
        apart = (f", {quoted('#' + column) if top is not None else f'joined.{column}'}" for column in keys)
        final += f"\norder by {sorted_by}{''.join(apart)}"
    return Statement(
        "with " + ",\n".join(f"{name} as (\n{sql}\n)" for name, sql in ctes.items()) + f"\n{final}", outputs
    )


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
        return f"coalesce({sql}, 0)" if column in self._zero else sql

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


class _Lookups:
    """Joins that turn grouping columns into what people read."""

    def __init__(self, compilation: Compilation) -> None:
        self.shown: list[str] = []
        self.joins: list[str] = []
        self.ties: list[str] = []
        for number, key in enumerate(compilation.keys, 1):
            here = f"joined.{key.alias}"
            if key.shown:
                name = f"shown_{number}"
                self.joins.append(
                    f"left join {key.shown.table} as {name} on {name}.{key.shown.id_column} = {here}"
                )
                here = f"{name}.{key.shown.column}"
                self.ties.append(f"{name}.{key.code} nulls last")
            else:
                self.ties.append(f"{here} nulls last")
            self.shown.append(f"{here} as {quoted(key.text)}")


def _outputs(plan: Plan, columns: _Columns) -> tuple[Output, ...]:
    found: dict[str, Output] = {}
    for figure, node in plan.figures:
        output = _limit(figure, node, columns) if figure.limit else Output(figure.text, _value(node, columns))
        found[figure.text] = output
    for figure, node in plan.figures:
        count = _count(node, columns)
        if count is None or figure.limit:
            continue
        name = f"{figure.stem}:n"
        if name in found and found[name].sql != count:
            name = f"{figure.text}:n"
        found.setdefault(name, Output(name, count))
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
