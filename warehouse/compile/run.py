"""Compiling and running one statement: leaves, relations, joined figures, rows.

Tops, totals and comparisons are several such statements; they are put together in `answer`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from warehouse.compile.combine import Output, Statement, combine
from warehouse.compile.context import Compilation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.leaves import compile_leaves
from warehouse.compile.plan import Leaf, Plan
from warehouse.compile.span import Span
from warehouse.question import AskRefused, Figure

MOST_ROWS = 2_000_000


@dataclass(frozen=True)
class Result:
    """The rows of one statement; `groups` are their hidden grouping values, in the same order."""

    rows: list[dict[str, Any]]
    groups: list[tuple[Any, ...]]
    span: Span
    statement: Statement
    parameters: dict[str, Any]


def run(compilation: Compilation, figures: Iterable[Figure], top: int | None = None) -> Result:
    """Ask the figures of one compilation; AskRefused where a metric does not fit the question."""
    plan = Plan(compilation.catalog, compilation.span)
    for figure in figures:
        plan.add(figure)
    leaves = list(plan.leaves.values())
    _check_needs(compilation, plan)
    if compilation.span.grain and not compilation.span.periods:
        compilation.span = replace(compilation.span, periods=_periods(compilation, leaves))
    try:
        relations = compile_leaves(compilation, leaves)
        statement = combine(compilation, plan, relations, top)
        cursor = compilation.execute(statement.sql)
        names = [column[0] for column in cursor.description]
        fetched = cursor.fetchmany(MOST_ROWS + 1)
    finally:
        compilation.release()
    if len(fetched) > MOST_ROWS:
        raise AskRefused(
            zh=f"结果超过 {MOST_ROWS:,} 行，请缩小范围或减少维度。",
            en=f"The answer has more than {MOST_ROWS:,} rows; ask a shorter range or fewer dimensions.",
        )
    return _result(compilation, statement, names, fetched)


def _result(
    compilation: Compilation, statement: Statement, names: list[str], fetched: list[tuple[Any, ...]]
) -> Result:
    hidden = [names.index(f"#{column}") for column in compilation.key_columns]
    shown = [place for place, name in enumerate(names) if not name.startswith("#")]
    rows = [{names[place]: values[place] for place in shown} for values in fetched]
    exact = [output for output in statement.outputs if output.exact]
    if exact and rows:
        _fill_exact_limits(exact, rows, [dict(zip(names, values, strict=True)) for values in fetched])
    if compilation.span.grain:
        partial = {period for period in compilation.span.periods if compilation.span.is_partial(period)}
        for row in rows:
            if row["period"] in partial:
                row["partial"] = True
    groups = [tuple(values[place] for place in hidden) for values in fetched]
    return Result(rows, groups, compilation.span, statement, dict(compilation.parameters))


def _fill_exact_limits(exact: list[Output], rows: list[dict[str, Any]], hidden: list[dict[str, Any]]) -> None:
    from warehouse.science.replacement_rate import poisson_rate

    for output in exact:
        events, exposure = ([float(one[f"#{i}{output.name}"] or 0) for one in hidden] for i in (0, 1))
        rate = poisson_rate(events, exposure)
        for row, value in zip(
            rows, (rate.lower if output.limit == "lo95" else rate.upper).tolist(), strict=True
        ):
            row[output.name] = None if value != value else value


def _check_needs(compilation: Compilation, plan: Plan) -> None:
    by = {key.dimension.name for key in compilation.keys if key.is_record or key.dimension.table is None}
    for figure, node in plan.figures:
        if missing := [name for name in node.metric.needs if name not in by]:
            wanted = ",".join(f"{name}.code" for name in missing)
            raise AskRefused(
                zh=f"{figure.metric} 需要 --by {wanted}：它对每个{compilation.catalog.dimension(missing[0]).label.zh}才有意义。",
                en=f"{figure.metric} needs --by {wanted}: it has a meaning for each {missing[0]} only.",
            )


def _periods(compilation: Compilation, leaves: list[Leaf]) -> tuple[date, ...]:
    """The periods of the range; where an end of it is open, those in which there is data."""
    span = compilation.span
    first, last = span.start, None if span.open_end else date.fromordinal(span.end.toordinal() - 1)
    if first is None or last is None:
        days = [day for leaf in leaves for day in _extent(compilation, leaf) if day is not None]
        first = first or (min(days) if days else None)
        last = last or (max([*days, *([first] if first else [])]) if days else first)
    return span.periods_between(first, last) if first and last and first <= last else ()


def _extent(compilation: Compilation, leaf: Leaf) -> tuple[date | None, ...]:
    """First and last day in the range of what a leaf reads."""
    spec = leaf.metric.spec
    if not leaf.metric.sources or leaf.metric.kind == "rows":
        return ()
    source = choose_source(compilation, leaf.metric)
    plain = tuple(one for one in compilation.filters if not one[0].dimension.sql)
    fact = Fact(
        replace(compilation, keys=(), restricting=(), groups=None, filters=plain), source.table, leaf.metric
    )
    day = filled(compilation, spec.get("opens") or f"f.{spec['time']}", leaf.parameters)
    fact.restrict(filled(compilation, spec.get("where", ""), leaf.parameters))
    fact.restrict(f"{day} < {compilation.bind(compilation.span.end)}")
    last = f"max({day})"
    if "ends" in spec:
        ends = filled(compilation, spec["ends"], leaf.parameters)
        last = f"greatest({last}, max(case when {ends} < {compilation.bind(compilation.span.end)} then {ends} end))"
    sql = f"select min({day}), {last}\n{fact.text}"
    return tuple(compilation.fetch(sql).fetchone() or ())
