"""The rows behind one number: for each of its leaves the rows that were counted, each with its share.

The shares of a sum add up to the number exactly; of a ratio, numerator and denominator stand apart; a quantile
is that of the values listed, one that counts open cases that of their Kaplan-Meier curve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from warehouse.compile.aggregate import in_range
from warehouse.compile.behind_lives import KINDS as LIVES
from warehouse.compile.behind_lives import lives_behind
from warehouse.compile.context import Compilation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.flow import changed_holders
from warehouse.compile.gaps import gap
from warehouse.compile.plan import Leaf, Node
from warehouse.compile.row_value import row_value
from warehouse.compile.stock import standing
from warehouse.compile.window import define_windows

SHOWN = (
    "customer", "item", "part", "model", "unit", "depot", "assignee", "region", "lot", "state", "stage", "reason",
    "fault", "priority", "kind",
)  # fmt: skip
PER_HOLDER = {
    "retention": "customer.code",
    "lifetime": "customer.code",
    "rfm": "customer.code",
    "concentration": "customer.code",
    "rows": "entity",
    "classes": "item.code",
    "tenths": "customer.code",
    "pairs": "item.code",
    "series": "item.code",
    "plan": "item.code",
    "expiry": "item.code",
}


def leaves_of(node: Node, sign: int = 1, part: str = "") -> Iterator[tuple[int, str, Leaf]]:
    """The leaves of a figure's tree: sign, the name of the part (of a ratio or sum) they belong to, leaf."""
    if node.leaf:
        yield sign, part or node.metric.name, node.leaf
    summed = node.metric.kind == "sum"
    for own, child in node.parts:
        yield from leaves_of(
            child, sign * own if summed else sign, part if summed and part else child.metric.name
        )


def select_behind(compilation: Compilation, sign: int, part: str, leaf: Leaf) -> Iterator[str]:
    """SQL of the rows of one leaf, in one or more parts: entity, record, day, dimensions by title, metric, value.

    Where a value counts by what else is known of its row, that stands before it: whether a duration has `ended`.
    """
    compilation = replace(compilation, keys=())
    if leaf.metric.kind in LIVES:
        for name, fact, columns in lives_behind(compilation, leaf):
            day = (
                f"f.{leaf.metric.spec['time']}"
                if fact.table.name == leaf.metric.sources[0].table
                else "f.replaced_on"
            )
            yield _listed(compilation, fact, day, name, {one: f"c.{one}" for one in columns}, ())
        return
    fact, day, value = _counted(compilation, leaf)
    says = {"value": f"{'-' if sign < 0 else ''}({filled(compilation, value, leaf.parameters)})"}
    if _survives(leaf):  # whether a duration was over or still ran decides its share in the curve
        says = {"ended": filled(compilation, leaf.metric.spec["survival"]["ended"], leaf.parameters), **says}
    in_time = [one.replace("f.day", "r.day") for one in in_range(compilation, "day", leaf.start)]
    yield _listed(compilation, fact, day, part, says, in_time if leaf.metric.kind == "gaps" else ())


def _listed(
    compilation: Compilation,
    fact: Fact,
    day: str,
    part: str,
    says: Mapping[str, str],
    conditions: Iterable[str],
) -> str:
    """The rows of a fact with their records and dimensions, and what each says under these names."""
    record, entity = _record(fact)
    dimensions = compilation.catalog.dimensions
    shown = {name: dimensions[name] for name in SHOWN if dimensions[name].column in fact.table.columns}
    inner = [
        f"{entity} as entity", f"{record} as record", f"{day} as day",
        *(f"f.{one.column}" for one in shown.values()), *(f"({sql}) as {name}" for name, sql in says.items()),
    ]  # fmt: skip
    titles = [f"d_{name}.{one.title} as {name}" if one.table else f"r.{name}" for name, one in shown.items()]
    joins = [
        f"left join {one.table} as d_{name} on d_{name}.{one.id_column} = r.{one.column}"
        for name, one in shown.items()
        if one.table
    ]
    told = (f"r.{name}" for name in says)
    listed = ", ".join(["r.entity", "r.record", "r.day", *titles, f"'{part}' as metric", *told])
    return "\n".join([
        f"select {listed}", f"from (\nselect {', '.join(inner)}\n{fact.text}\n) as r", *joins,
        f"where {' and '.join(['r.value is not null', *conditions])}",
    ])  # fmt: skip


def _counted(compilation: Compilation, leaf: Leaf) -> tuple[Fact, str, str]:
    """The fact under the conditions of the metric, the day of a row, and a row's share."""
    if leaf.metric.kind == "flow":
        return changed_holders(compilation, leaf), f"f.{leaf.metric.spec['time']}", "1"
    if leaf.metric.kind == "stock":
        leaf = standing(leaf)
    spec, kind, parameters = leaf.metric.spec, leaf.metric.kind, leaf.parameters
    source = choose_source(compilation, leaf.metric)
    fact = Fact(compilation, source.table, leaf.metric)
    fact.restrict(filled(compilation, spec.get("where", ""), parameters))
    key = f"f.{fact.table.key[0]}"
    if "joins" in spec:
        joins = filled(compilation, spec["joins"], parameters)
        fact.joins["w"] = f"join {define_windows(compilation, leaf.start)} as w on {joins}"
        own_day = f"f.{spec['time']}" if "time" in spec else "w.at_on"
        day = filled(compilation, spec.get("opens", own_day), parameters)
        return fact, day, spec["values"] if leaf.statistic else row_value(spec["sql"], key) or "1"
    time, value = spec["time"], "1"
    if kind == "gaps":
        fact.restrict(*in_range(compilation, time)[-1:])
        return fact, f"f.{time}", gap(leaf, fact)
    if _survives(leaf):
        time, value = spec["survival"]["time"], spec["survival"]["duration"]
    elif kind == "distribution":
        value = spec["values"]
    elif kind == "each":
        value = _once_per_holder(spec, key, row_value(spec["sql"], key) or "1")
    else:
        value = row_value(source.sql, key) or "1"
    fact.restrict(*in_range(compilation, time, leaf.start))
    return fact, f"f.{time}", value


def _survives(leaf: Leaf) -> bool:
    """Whether a figure is of durations of which some still run."""
    return leaf.statistic.startswith("km_") or leaf.metric.kind == "curve"


def _once_per_holder(spec: Mapping[str, Any], key: str, value: str) -> str:
    """A share that is the holder's, on the first of its rows: the inner aggregates as windows over them."""
    holder = f"f.{spec['each']}_id"
    for name, sql in spec["inner"].items():
        value = re.sub(rf"\b{name}\b", f"({sql} over (partition by {holder}))", value)
    return f"case when row_number() over (partition by {holder} order by {key}) = 1 then {value} end"


def _record(fact: Fact) -> tuple[str, str]:
    """SQL of the natural key of the record behind a row, and of its entity."""
    place, entity = fact.table.record, fact.table.record_entity
    kind = f"f.{entity}" if entity in fact.table.columns else f"'{entity}'"
    if place is None or isinstance(place, str):
        return f"f.{place}" if place else "null", kind
    table, joining, column = place
    fact.joins["record"] = f"left join {table} as record on record.{joining} = f.{joining}"
    return f"record.{column}", kind
