"""Which columns of tables a column of a SELECT is computed from, read off its syntax; nothing runs.

Only what makes up the value counts, not what chooses the rows. What the tables are is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from sqlglot import exp, parse_one

Has = Callable[[str, str], bool]  # whether a table may have a column; of a table that is not known, true


@lru_cache(maxsize=512)
def read(sql: str) -> exp.Query:
    """The syntax of one SELECT; ValueError where it is none."""
    query = parse_one(sql, dialect="duckdb")
    if not isinstance(query, exp.Query):
        raise ValueError(f"not a SELECT: {sql[:60]}")
    return query


def trace(
    query: exp.Query, name: str, has: Has, seen: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[str]:
    """Columns, as `schema.table.column`, that the output column `name` of a query is computed from."""
    if isinstance(query, exp.SetOperation):
        parts = list(_sides(query))
        named = [place for place, one in enumerate(parts[0].selects) if one.alias_or_name == name]
        for part in parts:  # what a star brings has its name in every part, the rest its place
            yield from (
                columns_in(part.selects[named[0]], has, seen) if named else trace(part, name, has, seen)
            )
        return
    outputs = [one for one in query.selects if not one.is_star and one.alias_or_name == name]
    for output in outputs:
        yield from columns_in(output, has, seen)
    for star in () if outputs else [one for one in query.selects if one.is_star]:
        yield from _resolved(star, star.table if isinstance(star, exp.Column) else "", name, has, seen)


def _sides(query: exp.Query) -> Iterator[exp.Query]:
    """The SELECTs of a UNION, however many."""
    if isinstance(query, exp.SetOperation):
        yield from _sides(query.left)
        yield from _sides(query.right)
    else:
        yield query


def columns_in(
    expression: exp.Expr, has: Has, seen: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[str]:
    """Columns that an expression within a query is computed from."""
    for column in expression.find_all(exp.Column):
        yield from _resolved(column, column.table, column.name, has, seen)


def _resolved(
    at: exp.Expr, alias: str, name: str, has: Has, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    """The columns behind `alias.name` as it is written at a place; behind a bare name that of the table that has it."""
    for sources in _scopes(at):
        found = [
            column
            for source in ([sources[alias]] if alias in sources else [] if alias else sources.values())
            for column in _behind(source, name, has, seen)
        ]
        if found:
            yield from found
            return


def _behind(source: exp.Expr, name: str, has: Has, seen: frozenset[tuple[str, str]]) -> Iterator[str]:
    """The columns behind one column of what stands in a FROM: a table, a WITH's query, or a query of its own."""
    if isinstance(source, exp.Table) and source.db:
        table = f"{source.db}.{source.name}"
        yield from [f"{table}.{name}"] if has(table, name) else []
        return
    query = _common_table(source) if isinstance(source, exp.Table) else source.unnest()
    step = (source.name or source.alias, name)
    if isinstance(query, exp.Query) and step not in seen and _gives(query, name):
        yield from trace(query, name, has, seen | {step})


def _scopes(at: exp.Expr) -> Iterator[dict[str, exp.Expr]]:
    """What can be named at a place: the FROM and joins of the SELECT around it, then of those that it can see."""
    select = at.find_ancestor(exp.Select)
    while select is not None:
        tables = [select.args["from_"], *(select.args.get("joins") or ())] if select.args.get("from_") else []
        yield {table.this.alias_or_name: table.this for table in tables}
        around = select.parent
        closed = isinstance(around, exp.CTE) or (
            isinstance(around, exp.Subquery) and isinstance(around.parent, exp.From | exp.Join)
        )
        select = None if closed else select.find_ancestor(exp.Select)


def _common_table(table: exp.Expr) -> exp.Expr | None:
    """The query of the WITH that a table without a schema names."""
    around: exp.Expr | None = table
    while around is not None:
        for one in around.ctes if isinstance(around, exp.Query) else ():
            if one.alias == table.name:
                return one.this
        around = around.parent
    return None


def _gives(query: exp.Query, name: str) -> bool:
    return any(one.is_star or one.alias_or_name == name for one in next(_sides(query)).selects)
