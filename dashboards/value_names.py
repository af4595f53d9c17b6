"""What people call the values of a dimension: closed choices and states from the entities, classes from the catalogue,
records and free codes by their names in the reader's language.

Values without such a name are shown as they are. Filters and addresses keep the value, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from operational.entity import load_entities
from operational.field import Label
from warehouse.catalog import load_catalog

if TYPE_CHECKING:
    from dashboards.asker import Asker


@lru_cache(maxsize=256)
def names_of(dimension: str) -> Mapping[str, Mapping[str, str]]:
    """Value -> language -> name, in the order of the list, for a dimension with a closed list; else empty."""
    name = dimension.rpartition(".")[2]
    declared = load_catalog().dimensions.get(name)
    if declared is not None and declared.values:
        return {value: label.as_json() for value, label in declared.values.items()}
    found: dict[str, Label] = {}
    for cls in load_entities().values():
        graph = cls.__entity__.graph
        if graph is not None and graph.field == name:
            found |= {state.name: state.label for state in graph.states}
        field = cls.__fields__.get(name)
        if field is not None:
            found |= {choice.value: choice.label for choice in field.choices}
    return {value: {"zh": label.zh, "en": label.en} for value, label in found.items()}


def value_name(dimension: str, value: str, asker: Asker) -> str:
    """What the reader calls a value."""
    closed = names_of(dimension).get(value)
    return closed[asker.language] if closed else asker.names(dimension).get(value, value)


def place(dimension: str, value: object) -> tuple[int, str]:
    """Where a value stands in its dimension's own order; values without one follow by name."""
    order = list(names_of(dimension))
    text = "" if value is None else str(value)
    return (order.index(text) if text in order else len(order), text)
