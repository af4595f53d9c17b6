"""What people call the values of a dimension: closed choices and states from the entities, classes from the catalogue.

Values that people wrote themselves (names, free codes) are shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from operational.entity import load_entities
from operational.field import Label
from warehouse.catalog import load_catalog


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


def value_name(dimension: str, value: str, language: str) -> str:
    """What people call a value."""
    return names_of(dimension).get(value, {}).get(language, value)


def place(dimension: str, value: object) -> tuple[int, str]:
    """Where a value stands in its dimension's own order; values without one follow by name."""
    order = list(names_of(dimension))
    text = "" if value is None else str(value)
    return (order.index(text) if text in order else len(order), text)
