"""Figures about the data itself: rows in the published state or under quarantine, failed checks, age of the load.

They are read from the landing and from `meta`; no row rule applies to counts of rows.
"""

from __future__ import annotations

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import no_dimension
from warehouse.compile.plan import Leaf


def compile_rows(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` loaded, quarantined (both by entity), failed or age."""
    for key in (*compilation.keys, *(key for key, _ in compilation.filters)):
        if key.dimension.name not in leaf.metric.spec.get("dimensions", ()):
            raise no_dimension(compilation, leaf.metric, key)
    measure = leaf.metric.spec["measure"]
    if measure == "age":
        instant = compilation.bind(compilation.span.present)
        return Relation(
            f"select date_diff('second', max(loaded_at), {instant}) / 60.0 as {leaf.column} from meta.load",
            (leaf.column,), (),
        )  # fmt: skip
    if measure == "failed":
        return Relation(f"select count(*) as {leaf.column} from ({_failed(compilation)})", (leaf.column,), ())
    counted = _loaded(compilation) if measure == "loaded" else "select entity, 1 as rows from meta.quarantine"
    condition = " and ".join(
        _condition(compilation, one.among, one.without) for _, one in compilation.filters
    )
    keys = compilation.key_columns
    listed = ", ".join([*keys, f"sum(rows) as {leaf.column}"])
    sql = f"select {listed} from ({counted})" + (f" where {condition}" if condition else "")
    return Relation(sql + (" group by all" if keys else ""), (leaf.column,), keys, frozenset([leaf.column]))


def _loaded(compilation: Compilation) -> str:
    tables = (
        compilation.connection.cursor()
        .execute(
            "select table_name from information_schema.tables where table_schema = 'raw' order by table_name"
        )
        .fetchall()
    )
    counts = [f"select '{name}' as entity, count(*) as rows from raw.\"{name}\"" for (name,) in tables]
    return " union all ".join(counts) or "select null as entity, 0 as rows"


def _failed(compilation: Compilation) -> str:
    """The newest results that did not pass; before the first check there are none."""
    there = compilation.connection.cursor().execute(
        "select 1 from information_schema.tables where table_schema = 'meta' and table_name = 'check_result'"
    )
    if there.fetchone() is None:
        return "select 1 where false"
    newest = 'row_number() over (partition by "table", "check" order by checked_at desc)'
    return f"select 1 from (select success, {newest} as place from meta.check_result) where place = 1 and not success"


def _condition(compilation: Compilation, among: tuple[str, ...], without: tuple[str, ...]) -> str:
    parts = [
        f"entity {sign} ({', '.join(map(compilation.bind, values))})"
        for sign, values in (("in", among), ("not in", without))
        if values
    ]
    return " and ".join(parts)
