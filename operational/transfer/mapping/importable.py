"""Which fields a file may carry for an entity, by the names that imports and exports use (`lines.item`).

How a header is recognised is in header.py; what a field demands stands on the field.
"""

from __future__ import annotations

from operational.crud.access import Actor, may_see
from operational.entity import Entity
from operational.field import Field

LINES = "lines."


def importable_fields(cls: type[Entity]) -> dict[str, Field]:
    """Header fields by name, then the lines' fields as `lines.<name>`, in the order of their declaration."""
    fields = dict(cls.__fields__)
    if cls.__lines__ is not None:
        fields |= {f"{LINES}{name}": field for name, field in cls.__lines__.__fields__.items()}
    return fields


def importable_by(actor: Actor, cls: type[Entity]) -> dict[str, Field]:
    """Those of them that the actor may see, and so write."""
    return {name: field for name, field in importable_fields(cls).items() if may_see(actor, field)}
