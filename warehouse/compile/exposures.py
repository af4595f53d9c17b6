"""Units with the ages between which they were observed, and their events by age: what rates and lives are made of.

Every selected unit is there, also without event, on the day of its retirement still; filters and keys that
only an event has (part, reason) choose events, never units. What is computed of them is in `recurrence`, `life`
and `spare_need`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from warehouse.catalog import Metric
from warehouse.compile.cases import Arrays, Group, grouped_cases
from warehouse.compile.context import Compilation
from warehouse.compile.fact import Fact, is_reachable
from warehouse.compile.key import Key
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGE = "age"
HALF_A_DAY = 0.5  # a unit is under observation on its whole first day, and an event on it had some age


@dataclass(frozen=True)
class UnitGroup:
    """Units of one group and their events; ages in days.

    `entry` is the age at which observation began (above 0 where the range begins after the installation), `end`
    that at its end, `in_service` whether the unit stood then. `unit` is an event's position among the units;
    `earlier_unit` and `earlier_age` are the events from before the observation. `unit_id` and `event_id` name them
    in their tables.
    """

    key: tuple[Any, ...]
    unit_id: NDArray[Any]
    event_id: NDArray[Any]
    entry: NDArray[Any]
    end: NDArray[Any]
    in_service: NDArray[Any]
    unit: NDArray[Any]
    age: NDArray[Any]
    earlier_unit: NDArray[Any]
    earlier_age: NDArray[Any]

    def first_lives(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Age at the first event or at the end, whether there was an event, and age at entry.

        A unit whose first event came before it was observed tells nothing of first lives and is left out.
        """
        import numpy as np

        first = np.full(len(self.end), np.inf)
        np.minimum.at(first, self.unit, self.age)
        whole = self.tells_first_life()
        duration, ended = np.minimum(first, self.end), first <= self.end
        return duration[whole], ended[whole], self.entry[whole] - HALF_A_DAY

    def tells_first_life(self) -> NDArray[Any]:
        """Which units had no event before they were observed."""
        import numpy as np

        whole = np.ones(len(self.end), dtype=bool)
        whole[self.earlier_unit] = False
        return whole

    def since_last_event(self) -> NDArray[Any]:
        """Per unit the days from its last event, or from its installation, to its end."""
        import numpy as np

        last = np.zeros(len(self.end))
        for unit, age in ((self.earlier_unit, self.earlier_age), (self.unit, self.age)):
            np.maximum.at(last, unit, age)
        return np.asarray(self.end - last)


def unit_groups(compilation: Compilation, metric: Metric) -> tuple[list[str], list[UnitGroup]]:
    """Key columns, and all units with their events by group."""
    units_table, events_table = (compilation.catalog.tables[one.table] for one in metric.sources[:2])
    on_unit = [key for key in compilation.keys if is_reachable(key, units_table)]
    on_event = [key for key in compilation.keys if key not in on_unit and key.dimension.name != AGE]
    units, names = _units(compilation, metric, units_table.name, on_unit)
    events, event_names = _events(compilation, metric, events_table.name, on_event)
    found = [(one.key, _by_unit(one.cases)) for one in events] or ([] if event_names else [((), _nothing())])
    groups = []
    for group in units:
        cases = _by_unit(group.cases)
        for key, happened in found:
            unit, place = _located(cases, happened)
            age = happened["age"][place]
            seen = age >= cases["entry"][unit]
            groups.append(
                UnitGroup(
                    (*group.key, *key), cases["unit_id"], happened["event_id"][place][seen], cases["entry"],
                    cases["end"], cases["in_service"].astype(bool), unit[seen], age[seen], unit[~seen], age[~seen],
                )
            )  # fmt: skip
    return [*names, *event_names], groups


def asked_age(compilation: Compilation, leaf: Leaf) -> tuple[bool, float | None]:
    """Whether a row per event age is asked, and the one age that is (None: the end of what is known)."""
    by_age = AGE in compilation.key_columns
    asked = leaf.parameters.get(AGE)
    return by_age, None if asked is None or asked == "" or float(asked) < 0 else float(asked)


def _units(
    compilation: Compilation, metric: Metric, table: str, keys: list[Key]
) -> tuple[list[Group], list[str]]:
    filters = tuple(
        one for one in compilation.filters if one[0].dimension.is_on(compilation.catalog.tables[table])
    )
    fact = Fact(replace(compilation, keys=tuple(keys), filters=filters, groups=None), table, metric)
    end = compilation.bind(compilation.span.end)
    retired = f"least(coalesce(f.retired_on, {end}), {end})"
    begin = compilation.span.start
    entry = f"date_diff('day', f.installed_on, {compilation.bind(begin)})" if begin else "0"
    fact.restrict(f"f.installed_on < {end}", f"{retired} >= f.installed_on")
    fact.restrict(f"{retired} > {compilation.bind(begin)}" if begin else "")
    outputs = {
        "unit_id": "f.unit_id", "entry": f"cast(greatest(0, {entry}) as double)",
        "end": f"cast(date_diff('day', f.installed_on, {retired}) as double)",
        "in_service": f"f.retired_on is null or f.retired_on >= {end}",
    }  # fmt: skip
    return list(grouped_cases(compilation, fact.key_list(), outputs, fact.text)), list(fact.keys)


def _events(
    compilation: Compilation, metric: Metric, table: str, keys: list[Key]
) -> tuple[list[Group], list[str]]:
    units = compilation.catalog.tables[metric.sources[0].table]
    filters = tuple(one for one in compilation.filters if not one[0].dimension.is_on(units))
    fact = Fact(replace(compilation, keys=tuple(keys), filters=filters, groups=None), table, metric)
    fact.restrict(f"f.replaced_on < {compilation.bind(compilation.span.end)}")
    outputs = {
        "unit_id": "f.unit_id",
        "event_id": f"f.{fact.table.key[0]}",
        "age": "cast(f.age_days as double)",
    }
    return list(grouped_cases(compilation, fact.key_list(), outputs, fact.text)), list(fact.keys)


def _located(units: Arrays, events: Arrays) -> tuple[NDArray[Any], NDArray[Any]]:
    """The unit of each event of these units, and its place among the events; what is dated after its unit's end is
    left out.

    Both are sorted by unit: each unit's events are a stretch of all, so that many groups do not each look at all.
    """
    import numpy as np

    begin, stop = (np.searchsorted(events["unit_id"], units["unit_id"], side) for side in ("left", "right"))
    count = stop - begin
    unit = np.repeat(np.arange(len(count)), count)
    stretch = np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(len(unit))
    age = events["age"][stretch]
    kept = (age <= units["end"][unit]) & (age >= 0)
    return unit[kept], stretch[kept]


def _by_unit(cases: Arrays) -> Arrays:
    order = cases["unit_id"].argsort(kind="stable")
    return {name: values[order] for name, values in cases.items()}


def _nothing() -> Arrays:
    import numpy as np

    none = np.array([], dtype=np.int64)
    return {"unit_id": none, "event_id": none, "age": np.array([])}
