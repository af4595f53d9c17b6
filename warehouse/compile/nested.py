"""A question within a question: what figures are per customer or item, for metrics that look over all of them.

It is compiled like any other, with one more key.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.compile.combine import assemble, with_clause
from warehouse.compile.context import Compilation
from warehouse.compile.key import resolve_key
from warehouse.compile.leaves import compile_leaves
from warehouse.compile.plan import Plan
from warehouse.question import parse_figure


def per_holder(compilation: Compilation, holder: str, figures: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """SELECT of keys, period, `holder_id` and the figures under their given names; and the key columns.

    A key that is the holder itself stays a key beside it.
    """
    extra = resolve_key(compilation.catalog, holder)
    keys = compilation.keys if extra.alias in compilation.key_columns else (*compilation.keys, extra)
    inner = replace(compilation, keys=keys, restricting=compilation.restricting or compilation.keys)
    plan = Plan(inner.catalog, inner.span)
    for text in figures.values():
        plan.add(parse_figure(text))
    relations = compile_leaves(inner, plan.leaves.values())
    assembly = assemble(replace(inner, tables={}), plan, relations)
    values = {one.name: one.sql for one in assembly.outputs}
    outputs = [
        *(f"joined.{column}" for column in (*compilation.key_columns, *compilation.period_column)),
        f"joined.{extra.alias} as holder_id",
        *(f"{values[text]} as {name}" for name, text in figures.items()),
    ]
    lines = [with_clause(assembly.subqueries), f"select {', '.join(outputs)}", "from joined", *assembly.joins]
    return "\n".join(lines), compilation.key_columns
