"""The rows behind a number, under the same question and row rules, with the key of each row's record.

How the rows of a metric are selected is in `compile.behind`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.answer import RowsBehind, written_out
from warehouse.asking import Asking
from warehouse.catalog import Metric, load_catalog
from warehouse.compile.behind import PER_HOLDER, leaves_of, select_behind
from warehouse.compile.context import Scope
from warehouse.compile.plan import Leaf, Plan
from warehouse.question import Question

if TYPE_CHECKING:
    from warehouse.connect import Connection


def list_rows(
    connection: Connection, question: Question, scope: Scope, limit: int | None, now: datetime | None
) -> RowsBehind:
    """Rows behind the question's first figure, over its whole range and all its groups."""
    figure = question.figures()[0]
    metric = load_catalog().metric(figure.metric)
    question = replace(
        question, metrics=(figure.text,), by=(), grain=None, top=None, other=False, totals=False, compare=None
    )
    if metric.kind in PER_HOLDER:
        return _per_holder(connection, question, scope, limit, now)
    compilation = Asking(connection, question, scope, now).compilation()
    plan = Plan(compilation.catalog, compilation.span)
    plan.add(figure)
    if planned := [leaf for _, _, leaf in leaves_of(plan.figures[0][1]) if leaf.metric.kind in PER_HOLDER]:
        return _parts_per_holder(connection, question, scope, limit, now, planned)
    try:
        parts = [one for leaf in leaves_of(plan.figures[0][1]) for one in select_behind(compilation, *leaf)]
        stacked = "\nunion all by name\n".join(f"(\n{part}\n)" for part in parts)
        count = compilation.fetch(f"select count(*) from (\n{stacked}\n)").fetchone()
        ending = f" limit {int(limit)}" if limit is not None else ""
        listed = f"select * from (\n{stacked}\n) order by day desc nulls last, record{ending}"
        cursor = compilation.fetch(listed)
        columns = tuple(column[0] for column in cursor.description)
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    finally:
        compilation.release()
    return RowsBehind(columns, rows, count[0] if count else 0, written_out(listed, compilation.parameters))


def _shares(metric: Metric, name: str, row: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a holder stands for: of a retention the months with an order and all months, else the figure itself."""
    if metric.kind != "retention":
        return [(name, row[name])]
    months = row[f"{name}:n"]
    return [("months_active", round(row[name] * months)), ("months_observed", months)]


def _parts_per_holder(
    connection: Connection,
    question: Question,
    scope: Scope,
    limit: int | None,
    now: datetime | None,
    leaves: list[Leaf],
) -> RowsBehind:
    """Of a share of what is planned, numerator and denominator of each item."""
    found = [
        _per_holder(connection, replace(question, metrics=(_asked(leaf),)), scope, limit, now)
        for leaf in leaves
    ]
    rows = [
        row | {"metric": leaf.metric.name}
        for leaf, one in zip(leaves, found, strict=True)
        for row in one.rows
    ]
    return replace(found[0], rows=rows[:limit], total=sum(one.total for one in found))


def _asked(leaf: Leaf) -> str:
    """A leaf as a figure of its own."""
    values = ";".join(f"{name}={value}" for name, value in leaf.values)
    return f"{leaf.metric.name}@{values}" if values else leaf.metric.name


def _per_holder(
    connection: Connection, question: Question, scope: Scope, limit: int | None, now: datetime | None
) -> RowsBehind:
    """The figure, or what it is computed from, for each customer (each entity for figures about the data)."""
    metric = load_catalog().metric(question.figures()[0].metric)
    holder = PER_HOLDER[metric.kind]
    name, entity = str(metric.spec.get("of") or question.metrics[0]), holder.partition(".")[0]
    needed = tuple(f"{one}.code" for one in metric.needs)
    by = needed or ((holder,) if entity in load_catalog().dimensions_of(metric) else ())
    answer = Asking(connection, replace(question, metrics=(name,), by=by), scope, now).answer()
    rows = [
        {"entity": entity, "record": row.get(holder), "metric": part, "value": value}
        for row in answer.rows
        if row[name] is not None
        for part, value in _shares(metric, name, row)
    ]
    return RowsBehind(("entity", "record", "metric", "value"), rows[:limit], len(rows), answer.sql)
