"""The rows behind what is computed of units over their age: the units as they were observed, and their events.

They are all that rates, curves and laws are computed from, so that each can be computed again from them alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation
from warehouse.compile.exposures import UnitGroup, unit_groups
from warehouse.compile.fact import Fact
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = ("recurrence", "life", "spare_need")
UNITS, EVENTS = 0, 1  # the tables of such a metric


@dataclass(frozen=True)
class Part:
    """Some of the rows: which table they are of, their ids there, and what they say, `value` among it."""

    name: str
    table: int
    ids: NDArray[Any]
    says: dict[str, NDArray[Any]]


def parts_of(leaf: Leaf, group: UnitGroup) -> Iterator[Part]:
    """What a figure is made of; ages in days.

    `first_lives`: the age at the first event, or where it has not `ended` at the last look, under observation since
    the age `entry`. `days_in_service`: from the age `entry` to `age`; with them the `replacements`, one each, at their
    `age`. `units_in_service` at the end: the age, or of parts that are new when replaced that of the part.
    """
    import numpy as np

    kind, one_shot = leaf.metric.kind, leaf.parameters.get("law") == "one_shot"
    if kind == "life" or one_shot:
        whole = group.tells_first_life()
        duration, ended, _ = group.first_lives()
        says = {"entry": group.entry[whole], "ended": ended, "value": duration}
        yield Part("first_lives", UNITS, group.unit_id[whole], says)
    else:
        says = {"entry": group.entry, "age": group.end, "value": group.end - group.entry}
        yield Part("days_in_service", UNITS, group.unit_id, says)
        says = {"age": group.age, "value": np.ones(len(group.age))}
        yield Part("replacements", EVENTS, group.event_id, says)
    if kind == "spare_need":
        age = group.since_last_event() if one_shot else group.end
        standing = group.in_service
        yield Part("units_in_service", UNITS, group.unit_id[standing], {"value": age[standing]})


def lives_behind(compilation: Compilation, leaf: Leaf) -> Iterator[tuple[str, Fact, tuple[str, ...]]]:
    """Per part its name, the fact whose rows are listed, joined as c with what they say, and the names of that."""
    import pyarrow as pa

    _, (group,) = unit_groups(replace(compilation, keys=()), leaf.metric)
    for part in parts_of(leaf, group):
        fact = Fact(replace(compilation, filters=()), leaf.metric.sources[part.table].table, leaf.metric)
        rows = pa.table({"id": part.ids, **part.says})
        fact.joins["c"] = f"join {compilation.register(rows)} as c on c.id = f.{fact.table.key[0]}"
        yield part.name, fact, tuple(part.says)
