"""Where a metric's figures come from: its own columns, and column by column what feeds them, down to landed rows.

Read off the declarations, nothing runs. Which field of the store fills a landed column is known outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from warehouse.catalog import Metric, load_catalog
from warehouse.question import parse_figure
from warehouse.table import load_tables

LANDED = "staging"
_SQL = (
    "time",
    "sql",
    "where",
    "opens",
    "ends",
    "weight",
    "values",
    "joins",
    "duration",
    "ended",
    "age",
)


def lineage(metric: Metric) -> dict[str, tuple[str, ...]]:
    """Every column (`schema.table.column`) that the metric rests on, with the columns that feed it directly.

    The metric's own come first; landed ones (`staging`) are fed by nothing in the warehouse.
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting = list(own_columns(metric))
    for column in waiting:
        if column not in found:
            found[column] = feeds(column)
            waiting += found[column]
    return found


def own_columns(metric: Metric) -> tuple[str, ...]:
    """The columns that the metric, and the metrics that it is made of, read from their tables."""
    own = [
        column
        for source in metric.sources
        for fragment in (source.sql, *_fragments(metric))
        for column in _read_by(fragment, source.table)
    ]
    for name in (*(name for _, name in metric.parts), *_asked_by(metric)):
        own += own_columns(load_catalog().metrics[name])
    return tuple(dict.fromkeys(own))


def _asked_by(metric: Metric) -> Iterator[str]:
    """The metrics that its kind asks to compute it, and those whose classes it reads."""
    spec = metric.spec
    asked = (
        spec.get("of"),
        *spec.get("asks", ()),
        *spec.get("amounts", ()),
        *spec.get("inputs", {}).values(),
    )
    yield from (parse_figure(one).metric for one in asked if one)
    yield from (load_catalog().dimensions[one].computed or one for one in spec.get("with", ()))


@lru_cache(maxsize=2_000)
def feeds(column: str) -> tuple[str, ...]:
    """The columns that a column of a declared table is computed from, one step down; none of a landed one."""
    from warehouse.trace import read, trace

    table, _, name = column.rpartition(".")
    if table not in load_tables():
        return ()
    return tuple(dict.fromkeys(trace(read(load_tables()[table].select), name, _has)))


@lru_cache(maxsize=2_000)
def _read_by(fragment: str, table: str) -> tuple[str, ...]:
    """The columns of tables that a piece of a metric's SQL reads, where `f` is the metric's table."""
    from warehouse.trace import columns_in, read

    query = read(f"select {fragment or 'null'} from {table} as f")
    return tuple(dict.fromkeys(column for one in query.selects for column in columns_in(one, _has)))


def _has(table: str, column: str) -> bool:
    declared = load_tables().get(table)
    return declared is None or column in declared.columns


def _fragments(metric: Metric) -> Iterator[str]:
    """All SQL that a metric declares, its variants' too, and the columns that its kind reads by itself."""
    for spec in (metric.spec, *metric.variants.values()):
        yield from _sql_in(spec)
        yield from spec.get("columns", ())
        yield from spec.get("inner", {}).values()
        yield from _sql_in(spec.get("survival", {}))
        if "each" in spec:
            yield f"{spec['each']}_id"


def _sql_in(spec: Mapping[str, Any]) -> Iterator[str]:
    yield from (spec[key] for key in _SQL if key in spec)
