"""Compiling and running one statement: leaves, relations, joined figures, rows.

Tops, totals and comparisons are several such statements; they are put together in `answer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from warehouse.compile.combine import Output, assemble
from warehouse.compile.context import Compilation
from warehouse.compile.extent import resolve_periods
from warehouse.compile.leaves import compile_leaves
from warehouse.compile.plan import Caution, Plan
from warehouse.compile.present import Statement, present
from warehouse.compile.span import Span
from warehouse.question import AskRefused, Figure

_AT_ONE_DAY = (
    "retention", "lifetime", "recurrence", "life", "curve", "spare_need", "pairs", "tenths", "rows", "series", "plan",
    "expiry",
)  # fmt: skip
MOST_ROWS = 2_000_000


@dataclass(frozen=True)
class Result:
    """The rows of one statement; `groups` are their hidden grouping values, in the same order.

    `cautions` are what must be said of these rows' figures.
    """

    rows: list[dict[str, Any]]
    groups: list[tuple[Any, ...]]
    span: Span
    statement: Statement
    parameters: dict[str, Any]
    cautions: tuple[dict[str, str], ...] = ()


def run(
    compilation: Compilation, figures: Iterable[Figure], top: int | None = None, *, hidden: bool = False
) -> Result:
    """Ask the figures of one compilation; AskRefused where a metric does not fit the question.

    `hidden`: with the values that the rows are grouped by, which need not be what is shown of them.
    """
    plan = Plan(compilation.catalog, compilation.span)
    for figure in figures:
        plan.add(figure)
    leaves = list(plan.leaves.values())
    _check_needs(compilation, plan)
    resolve_periods(compilation, leaves)
    try:
        relations = compile_leaves(compilation, leaves)
        statement = present(compilation, assemble(compilation, plan, relations), top, hidden=hidden)
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
    cautions = tuple(_said(plan.cautions, [dict(zip(names, values, strict=True)) for values in fetched]))
    return replace(_result(compilation, statement, names, fetched), cautions=cautions)


def _said(cautions: Mapping[str, Caution], rows: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """The cautions that hold for some row behind these groups, with how many they hold for."""
    for name, caution in cautions.items():
        counts = {part: f"{sum(row[f'#{part} {name}'] or 0 for row in rows):,}" for part in ("count", "of")}
        if counts["count"] != "0":
            yield {language: caution.says[language].format(**counts) for language in ("zh", "en")}


def _result(
    compilation: Compilation, statement: Statement, names: list[str], fetched: list[tuple[Any, ...]]
) -> Result:
    hidden = [
        place
        for place, name in enumerate(names)
        if name.removeprefix("#") in compilation.key_columns and name[0] == "#"
    ]
    shown = [place for place, name in enumerate(names) if not name.startswith("#")]
    rows = [{names[place]: values[place] for place in shown} for values in fetched]
    exact = [output for output in statement.outputs if output.exact]
    if exact and rows:
        _fill_exact_limits(exact, rows, [dict(zip(names, values, strict=True)) for values in fetched])
    if compilation.span.grain:
        if compilation.span.periods is None:
            found = tuple(sorted({row["period"] for row in rows}))
            compilation.span = replace(compilation.span, periods=found)
        partial = {period for period in compilation.span.periods or () if compilation.span.is_partial(period)}
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
    """AskRefused where a figure has no meaning by these dimensions, or over periods."""
    if compilation.span.grain:
        for leaf in plan.leaves.values():
            if leaf.metric.kind in _AT_ONE_DAY or leaf.metric.spec.get("standing"):
                raise AskRefused(
                    zh=f"{leaf.metric.name} 不按时段计算，请去掉 --grain；需要不同日期的值时用 --as-of。",
                    en=f"{leaf.metric.name} is computed as at one day; leave out --grain, and ask other days by --as-of.",
                )
    by = {key.dimension.name for key in compilation.keys if key.is_record or key.dimension.table is None}
    for figure, node in plan.figures:
        if missing := [name for name in node.metric.needs if name not in by]:
            wanted = ",".join(f"{name}.code" for name in missing)
            raise AskRefused(
                zh=f"{figure.metric} 需要 --by {wanted}：它对每个{compilation.catalog.dimension(missing[0]).label.zh}才有意义。",
                en=f"{figure.metric} needs --by {wanted}: it has a meaning for each {missing[0]} only.",
            )
