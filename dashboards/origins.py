"""The fields of the store that a figure rests on: what its lineage ends in, as people know it.

How columns feed each other is the warehouse's knowledge; here its landed columns meet the declared entities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from operational.entity import Entity, Line, load_entities
from operational.field import Field
from warehouse.lineage import LANDED


@dataclass(frozen=True)
class Origin:
    """A field that people fill in: of an entity, or of its lines."""

    entity: type[Entity]
    field: Field
    of_lines: bool

    @property
    def name(self) -> str:
        """`order.lines.quantity`, as imports and exports write it after the entity."""
        return f"{self.entity.__tablename__}.{'lines.' if self.of_lines else ''}{self.field.name}"

    def label(self, language: str) -> str:
        """What the form calls it."""
        return f"{self.entity.__entity__.label(language)} · {self.field.label(language)}"


@lru_cache(maxsize=1)
def _tables() -> dict[str, tuple[type[Entity], type[Entity | Line]]]:
    """Landed table -> the entity that it belongs to, and the class whose fields are its columns."""
    found: dict[str, tuple[type[Entity], type[Entity | Line]]] = {}
    for name, cls in load_entities().items():
        found[name] = cls, cls
        if cls.__lines__ is not None:
            found[cls.__lines__.__tablename__] = cls, cls.__lines__
    return found


def origin(column: str) -> Origin | None:
    """The field behind a landed column; None for one that the machine keeps (ids, validity)."""
    schema, table, name = column.split(".")
    entity, cls = _tables().get(table.removesuffix("_version"), (None, None))
    if schema != LANDED or entity is None or cls is None:
        return None
    field = cls.__fields__.get(name) or cls.__fields__.get(name.removesuffix("_id"))
    return Origin(entity, field, cls is not entity) if field else None


def origins(columns: Iterable[str]) -> list[Origin]:
    """The fields behind the landed ones of these columns, each once."""
    return list(dict.fromkeys(found for found in map(origin, columns) if found))
