"""A fact as a part of the compiler reads it: its keys, with the joins they need, under filters and scope.

Every read of a table goes through here, so that no number is taken past the asker's row rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from importlib import import_module
from typing import Any

from warehouse.catalog import Metric, Source
from warehouse.compile.context import Compilation
from warehouse.compile.key import Hop, Key, resolve_key
from warehouse.question import AskRefused, Filter
from warehouse.table import Table
from warehouse.withheld import refuse_withheld

_COMPUTED = {  # kind of metric: what defines its classes as a table
    "rfm": "rfm.segment_of_customer",
    "classes": "classes.class_of_item",
    "tenths": "tenths.tenth_of_holder",
    "series": "demand_series.class_of_holder",
}
_OF_SPAN = {"as_of": "as_of", "end": "end", "now": "now", "clock": "clock"}
_PLACEHOLDER = re.compile(r"\$([a-z_]+)")


class Fact:
    """A table under the alias f. `keys` maps grouping columns to expressions; dimensions that do not divide
    the metric are left out of keys and filters."""

    def __init__(self, compilation: Compilation, table: str, metric: Metric) -> None:
        self._compilation = compilation
        self.table = compilation.catalog.tables[table]
        self._metric = metric
        refuse_withheld(metric, compilation.scope)
        self.rows = seen_rows(compilation, self.table)
        self._read = known_rows(compilation, self.table, self.rows)
        self.joins: dict[str, str] = {}
        dividing = () if metric.spec.get("whole") else compilation.keys
        self.keys = {key.alias: self.expression(key) for key in dividing if not self._is_constant(key)}
        self.conditions = [
            self.condition(key, one) for key, one in compilation.filters if not self._is_constant(key)
        ]
        for name in metric.spec.get("with", ()):
            self._join_class(name)
        if self.rows == self.table.name:
            self.conditions += scope_conditions(compilation, self.table)
        self.conditions += self._group_conditions()

    def _is_constant(self, key: Key) -> bool:
        return key.dimension.name in self._metric.constant_over and not is_reachable(key, self.table)

    def expression(self, key: Key) -> str:
        """SQL of what a key groups by; joins are added as they are needed."""
        if not is_reachable(key, self.table):
            raise no_dimension(self._compilation, self._metric, key)
        if key.dimension.is_expression:
            return key.dimension.on[self.table.name]
        self._define(key)
        here = f"f.{start_column(key)}"
        way = ""
        for hop in key.hops:
            way = f"{way}_{hop.column}" if way else f"{key.dimension.name}_{hop.column}"
            self.joins.setdefault(way, f"left join {hop.table} as {way} on {way}.{hop.id_column} = {here}")
            here = f"{way}.{hop.column}"
        return here

    def condition(self, key: Key, asked: Filter) -> str:
        """SQL of a filter; a way over tables becomes nested lookups, so that it never multiplies rows."""
        if not is_reachable(key, self.table):
            raise no_dimension(self._compilation, self._metric, key)
        self._define(key)
        here = key.dimension.on.get(self.table.name) or f"f.{start_column(key)}"
        parts = []
        if asked.among:
            parts.append(self._lookup(here, key.hops, key.shown, asked.among))
        if asked.without:
            parts.append(f"({self._lookup(here, key.hops, key.shown, asked.without)}) is not true")
        return " and ".join(f"({part})" for part in parts)

    def _join_class(self, name: str) -> None:
        """Join the classes of a computed dimension, for a metric that reads them whether they divide it or not."""
        key = resolve_key(self._compilation.catalog, name)
        self._define(key)
        holder = start_column(key)
        self.joins[name] = f"left join {name} on {name}.{holder} = f.{holder}"

    def _define(self, key: Key) -> None:
        """Put what a computed dimension reads in front of the statement."""
        name = key.dimension.computed
        if name and name not in self._compilation.tables:
            kind = self._compilation.catalog.metric(name).kind
            module, _, function = _COMPUTED[kind].partition(".")
            getattr(import_module(f"warehouse.compile.{module}"), function)(self._compilation, name)

    def _lookup(self, here: str, hops: tuple[Hop, ...], shown: Hop | None, values: tuple[str, ...]) -> str:
        empty = [f"{here} is null"] if "" in values else []
        if hops:
            inner = self._lookup(f"t.{hops[0].column}", hops[1:], shown, values)
            held = f"(select t.{hops[0].id_column} from {hops[0].table} as t"
            if empty:  # no class is known of a record that a computed dimension leaves out
                empty.append(f"{here} not in {held})")
            return " or ".join([*empty, f"{here} in {held} where {inner})"])
        texts = [self._compilation.bind(value) for value in values if value]
        if not shown and empty:
            empty.append(f"cast({here} as varchar) = ''")
        if texts and shown:
            named = f"cast(t.{shown.column} as varchar) in ({', '.join(texts)})"
            empty.append(f"{here} in (select t.{shown.id_column} from {shown.table} as t where {named})")
        elif texts:
            empty.append(f"cast({here} as varchar) in ({', '.join(texts)})")
        return " or ".join(empty)

    def _group_conditions(self) -> list[str]:
        """Rows of the chosen groups only, or of all others; nothing where a key does not divide the metric."""
        compilation = self._compilation
        keys = {key.alias: key for key in compilation.restricting or compilation.keys}
        undivided = self._metric.spec.get("whole") or any(self._is_constant(key) for key in keys.values())
        if compilation.groups is None or undivided:
            return []
        among, groups = compilation.groups.among, compilation.groups.values
        if not groups:
            return ["false"] if among else []
        here = _struct({name: self.expression(key) for name, key in keys.items()})
        rows = (_struct(dict(zip(keys, map(compilation.bind, row), strict=True))) for row in groups)
        return [f"{here} {'in' if among else 'not in'} ({', '.join(rows)})"]

    def restrict(self, *conditions: str) -> None:
        """Add conditions, which all must hold, leaving out empty ones."""
        self.conditions += [f"({one})" if " or " in one else one for one in conditions if one]

    @property
    def text(self) -> str:
        """FROM and WHERE."""
        lines = [f"from {self._read} as f", *self.joins.values()]
        if self.conditions:
            lines.append("where " + "\n  and ".join(self.conditions))
        return "\n".join(lines)

    def key_list(self) -> list[str]:
        """The keys as output columns."""
        return [f"{expression} as {alias}" for alias, expression in self.keys.items()]


def _struct(values: Mapping[str, str]) -> str:
    """A row as one value: two are equal where all fields are, empty ones included."""
    return "{" + ", ".join(f"'{name}': {sql}" for name, sql in values.items()) + "}"


def is_reachable(key: Key, table: Table) -> bool:
    """Whether a table has the column that a key's way begins at."""
    return key.dimension.is_on(table)


def start_column(key: Key) -> str:
    """The fact's column at which a way begins."""
    return key.hops[0].id_column if key.dimension.of else key.dimension.column


def choose_source(compilation: Compilation, metric: Metric) -> Source:
    """The first of a metric's tables that has all asked dimensions; AskRefused if none has."""
    asked = [*compilation.keys, *compilation.restricting, *(key for key, _ in compilation.filters)]
    asked = [key for key, _ in compilation.filters] if metric.spec.get("whole") else asked
    dividing = [key for key in asked if key.dimension.name not in metric.constant_over]
    if unsuited := [key for key in dividing if not key.dimension.suits(metric.kind)]:
        raise no_dimension(compilation, metric, unsuited[0])
    for source in metric.sources:
        if all(is_reachable(key, compilation.catalog.tables[source.table]) for key in dividing):
            return source
    for key in dividing:
        if not any(is_reachable(key, compilation.catalog.tables[one.table]) for one in metric.sources):
            raise no_dimension(compilation, metric, key)
    raise no_dimension(compilation, metric, dividing[-1])


def no_dimension(compilation: Compilation, metric: Metric, key: Key) -> AskRefused:
    """The refusal of a dimension that a metric does not have."""
    known = compilation.catalog.dimensions_of(metric)
    return AskRefused(
        zh=f"{metric.label.zh}（{metric.name}）不能按“{key.text}”区分，可用的维度有 {'、'.join(known)}。",
        en=f"{metric.name} cannot be divided or filtered by '{key.text}'; it has {', '.join(known)}.",
        foreign=key.text,
    )


def seen_rows(compilation: Compilation, table: Table) -> str:
    """Where a table's rows are read: itself, or what it is when derived from the rows that the asker may see."""
    if table.derived_from is None or compilation.scope is None:
        return table.name
    conditions = scope_conditions(compilation, compilation.catalog.tables[table.derived_from])
    if not conditions:
        return table.name
    seen = f"(select f.* from {table.derived_from} as f where {' and '.join(conditions)})"
    return compilation.define(
        f"seen_{table.name.partition('.')[2]}", table.select.replace(table.derived_from, seen)
    )


def known_rows(compilation: Compilation, table: Table, rows: str) -> str:
    """Where the rows that `rows` names are read as they are known at the as-of.

    An as-of within a day splits it: what happened on that day at the instant or later is dated to the next day, where
    no question looks, and so has not happened, or not ended, for any metric. What is kept by the day alone counts from
    the beginning of its day.
    """
    span = compilation.span
    if not span.splits_day or not table.instants:
        return rows
    cut = compilation.bind(span.cut)
    dated = ", ".join(
        f"case when {instant} >= {compilation.bind(span.clock if '_local' in instant else span.now)} "
        f"then {cut} else {day} end as {day}"
        for day, instant in table.instants.items()
    )
    name = f"known_{table.name.partition('.')[2]}"
    return compilation.define(name, f"select * replace ({dated}) from {rows}")


def scope_conditions(compilation: Compilation, table: Table) -> list[str]:
    """The asker's row rules on a table; AskRefused where nothing of it may be read."""
    if compilation.scope is None or table.entity is None:
        return []
    allowed = compilation.scope.get(table.entity)
    if allowed is None:
        raise AskRefused(
            zh=f"您没有查看“{table.entity}”的权限，因此不能询问由它得出的数字。",
            en=f"You may not read '{table.entity}', so numbers made of it cannot be asked.",
            hidden=str(table.entity),
        )
    found = []
    for column, ids in allowed.items():
        if ids is None:  # a column that is withheld: see withheld.py
            continue
        places = table.scope.get(column, ())
        admitted = f"(select unnest({compilation.bind(sorted(ids))}::bigint[]))"
        found.append(" or ".join(_admits(compilation, place, admitted) for place in places) or "false")
    return [f"({one})" for one in found]


def _admits(compilation: Compilation, place: str, admitted: str) -> str:
    dimension, dot, column = place.partition(".")
    if not dot:
        return f"f.{place} in {admitted}"
    owner = compilation.catalog.dimensions[dimension]
    return f"f.{owner.column} in (select t.{owner.id_column} from {owner.table} as t where t.{column} in {admitted})"


def filled(compilation: Compilation, sql: str, values: Mapping[str, Any]) -> str:
    """A declared expression with its $placeholders bound: parameters, $as_of, $end, $now, $clock (now on the wall)
    and $now_business."""

    def bound(found: re.Match[str]) -> str:
        name, span = found[1], compilation.span
        if name == "now_business":
            return _now_business(compilation)
        value = values[name] if name in values else getattr(span, _OF_SPAN[name])
        return compilation.bind(value)

    return _PLACEHOLDER.sub(bound, sql) if "$" in sql else sql


def _now_business(compilation: Compilation) -> str:
    """Business seconds from 1990 to now in the hours of a row's own calendar, as its columns count them."""
    clock = compilation.span.clock
    midnight = datetime.combine(clock.date(), time())
    second = compilation.bind(int((clock - midnight).total_seconds()))
    return (
        f"(select c.seconds_before + least(greatest({second} - c.opens, 0), c.seconds) from core.calendar_day as c "
        f"where c.calendar_id = f.calendar_id and c.date_on = {compilation.bind(clock.date())})"
    )
