"""Comparison with targets: what a figure was meant to be over the stretch and the member that a row stands for.

Targets are kept per month, quarter or year, for all or for members of one dimension. Those of a figure that adds
up over time are summed where they cover a longer stretch without a gap; of any other only the same period counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.catalog import load_catalog
from warehouse.compile.span import next_period
from warehouse.question import AskRefused

if TYPE_CHECKING:
    from warehouse.compile.context import Scope
    from warehouse.compile.key import Key
    from warehouse.compile.run import Result
    from warehouse.compile.span import Span
    from warehouse.connect import Connection
    from warehouse.question import Figure

TABLE, ALL = "core.target_value", "all"
ADDING = ("aggregate", "sum", "flow")
FINER = ("year", "quarter", "month")
Kept = Mapping[tuple[str, date], Any]  # (grain, first day) -> value


def add_targets(
    connection: Connection,
    scope: Scope,
    keys: tuple[Key, ...],
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
    names = [figure.text for figure in figures]
    targets = _targets(connection, scope, names, keys[0].dimension.name if keys else ALL)
    members = _members(connection, keys[0]) if keys else None
    catalog = load_catalog()
    adding = {figure.text for figure in figures if catalog.metric(figure.metric).kind in ADDING}
    for row, group in zip(result.rows, result.groups, strict=True):
        begin, end = _stretch(span, row.get("period"))
        called = members(group[0]) if members and group else (ALL,)
        for name in names:
            kept = next((targets[name, member] for member in called if (name, member) in targets), {})
            row[f"{name}:target"] = _over(kept, begin, end, adds=name in adding)


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


def _members(connection: Connection, key: Key) -> Callable[[Any], tuple[str, ...]]:
    """By what names the members of a dimension may be called in targets: a record's key, or its title."""
    if not key.is_record:
        return lambda value: (str(value),)
    one = key.dimension
    rows = connection.cursor().execute(f"select {one.id_column}, {one.key}, {one.title} from {one.table}")
    called = {number: (str(code), str(title)) for number, code, title in rows.fetchall()}
    return lambda value: called.get(value, ())


def _stretch(span: Span, period: date | None) -> tuple[date, date]:
    """What a row is about, whole: the target of an unfinished period is that of all of it."""
    if period is not None:
        return period, next_period(period, span.grain or "day")
    return span.start or span.end, span.end


def _over(kept: Kept, begin: date, end: date, *, adds: bool) -> Any:
    """The target of exactly this stretch; of a figure that adds up, the sum of those that make it up."""
    for (grain, first_on), value in kept.items():
        if first_on == begin and next_period(first_on, grain) == end:
            return value
    total, here = None, begin
    while adds and here < end:
        found = next(
            (
                (kept[grain, here], next_period(here, grain))
                for grain in FINER
                if (grain, here) in kept and next_period(here, grain) <= end
            ),
            None,
        )
        if found is None:
            return None
        total, here = found[0] + (total or 0), found[1]
    return total
