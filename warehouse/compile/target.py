"""Comparison with targets: what a figure was meant to be over the stretch and the member that a row stands for.

Targets are kept per month, quarter or year, for all or for members of one dimension. Those of a figure that adds
up over time are summed where they cover a longer stretch without a gap; any other figure is held to what all of
them say alike. A stretch that is still running has the target of its last period whole. A figure that filters or
row rules narrow to what no target is kept for has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.catalog import load_catalog
from warehouse.compile.span import next_period
from warehouse.question import AskRefused, Filter

if TYPE_CHECKING:
    from warehouse.catalog import Dimension, Metric
    from warehouse.compile.context import Scope
    from warehouse.compile.key import Key
    from warehouse.compile.run import Result
    from warehouse.compile.span import Span
    from warehouse.connect import Connection
    from warehouse.question import Figure

TABLE, ALL = "core.target_value", "all"
ADDING = ("aggregate", "sum", "flow")
COARSER = ("year", "quarter", "month")
Kept = Mapping[tuple[str, date], Any]  # (grain, first day) -> value


def add_targets(
    connection: Connection,
    scope: Scope,
    keys: tuple[Key, ...],
    filters: tuple[tuple[Key, Filter], ...],
    figures: Iterable[Figure],
    span: Span,
    result: Result,
) -> None:
    """Add NAME:target to the rows of a result: null where no target is kept, or the reader may not see targets.

    AskRefused by several dimensions, or without a stretch that targets could be for.
    """
    if len(keys) > 1:
        raise AskRefused(
            zh="目标按全公司或一个维度保存，与目标比较时请只用一个 --by。",
            en="Targets are kept for all or by one dimension; with --compare target ask by one.",
        )
    if span.start is None and span.grain is None:
        raise AskRefused(
            zh="比较需要 --from 或 --grain：与哪一段的目标相比？",
            en="--compare needs --from or --grain: the target of which stretch?",
        )
    key = keys[0] if keys else _only(filters)
    if not all(_leaves_whole(other, key) for other, _ in filters) if key else filters:
        return without_targets(figures, result)
    dimension = key.members if key else None
    if key and not dimension:
        return without_targets(figures, result)
    asked = [figure.text for figure in figures]
    targets = _targets(connection, scope, asked, dimension.name if dimension else ALL)
    members = _members(connection, dimension) if dimension else None
    catalog = load_catalog()
    for figure in figures:
        metric, name = catalog.metric(figure.metric), figure.text
        whole = not _narrowed(metric, scope, key)
        for row, group in zip(result.rows, result.groups, strict=True):
            member = group[0] if group else filters[0][1].among[0] if key else None
            called = members(member) if members else (ALL,)
            kept = next((targets[name, one] for one in called if (name, one) in targets), {})
            begin, end = _stretch(span, row.get("period"))
            running = row.get("period") is None and span.end == span.cut
            row[f"{name}:target"] = (
                _over(kept, begin, end, adds=metric.kind in ADDING, running=running) if whole else None
            )
    return None


def without_targets(figures: Iterable[Figure], result: Result) -> None:
    """Add NAME:target to the rows of a result of which no target is kept."""
    for row in result.rows:
        row |= {f"{figure.text}:target": None for figure in figures}


def _only(filters: tuple[tuple[Key, Filter], ...]) -> Key | None:
    """What a figure is narrowed by, where that is one member of one dimension."""
    if len(filters) != 1:
        return None
    key, said = filters[0]
    return key if len(said.among) == 1 and not said.without else None


def _leaves_whole(other: Key, key: Key) -> bool:
    """Whether a filter takes members out whole: it says something of the member itself, reached the same way."""
    return other.dimension is key.dimension and other.hops[: len(key.hops)] == key.hops


def _narrowed(metric: Metric, scope: Scope, key: Key | None) -> bool:
    """Whether row rules leave only a part of the figure: those on the dimension itself leave its members whole.

    They go by the attributes of the fact's day, so that a member reached through another record is not whole.
    """
    catalog = load_catalog()
    entities = {catalog.tables[name].entity for name in catalog.tables_of(metric) if name in catalog.tables}
    columns = {
        column
        for name in entities
        if name
        for column, ids in (scope or {}).get(name, {}).items()
        if ids is not None
    }
    return bool(columns - ({f"{key.dimension.name}_id"} if key and not key.hops else set()))


def _targets(
    connection: Connection, scope: Scope, names: list[str], dimension: str
) -> dict[tuple[str, str], dict[tuple[str, date], Any]]:
    """Targets by figure and member."""
    found: dict[tuple[str, str], dict[tuple[str, date], Any]] = defaultdict(dict)
    if scope is not None and load_catalog().tables[TABLE].entity not in scope:
        return found
    rows = connection.cursor().execute(
        f"select metric, member, grain, first_on, value from {TABLE} where dimension = $dimension and list_contains($names, metric)",
        {"dimension": dimension, "names": names},
    )
    for metric, member, grain, first_on, value in rows.fetchall():
        found[metric, member][grain, first_on] = value
    return found


def _members(connection: Connection, one: Dimension) -> Callable[[Any], tuple[str, ...]]:
    """By what names a member may be called in targets, a record by key or title; asked by its number or a name."""
    if one.table is None:
        return lambda value: (str(value),)
    rows = connection.cursor().execute(f"select {one.id_column}, {one.key}, {one.title} from {one.table}")
    called: dict[Any, tuple[str, ...]] = {}
    for number, code, title in rows.fetchall():
        called |= dict.fromkeys((number, str(code), str(title)), (str(code), str(title)))
    return lambda value: called.get(value, ())


def _stretch(span: Span, period: date | None) -> tuple[date, date]:
    """What a row is about, whole: the target of an unfinished period is that of all of it."""
    if period is not None:
        return period, next_period(period, span.grain or "day")
    return span.start or span.end, span.end


def _over(kept: Kept, begin: date, end: date, *, adds: bool, running: bool) -> Any:
    """What the targets that make up this stretch come to: their sum, or what they say alike; null with a gap."""
    parts, here = [], begin
    while here < end:
        whole = (grain for grain in COARSER if (grain, here) in kept and next_period(here, grain) <= end)
        begun = (grain for grain in reversed(COARSER) if running and (grain, here) in kept)
        grain = next(whole, None) or next(begun, None)
        if grain is None:
            return _around(kept, begin, end) if running else None
        parts.append(kept[grain, here])
        here = next_period(here, grain)
    if adds and parts:
        return sum(parts)
    return parts[0] if len(set(parts)) == 1 else None


def _around(kept: Kept, begin: date, end: date) -> Any:
    """The target of the shortest period that begins with the stretch and is not over yet."""
    longer = (one for one in reversed(COARSER) if (one, begin) in kept and next_period(begin, one) >= end)
    return next((kept[grain, begin] for grain in longer), None)
