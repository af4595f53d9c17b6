"""Records that link to this one, counted, with the address to list them and to make one more for it.

Which they are follows from the links in the declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen, may
from operational.crud.find import find
from operational.crud.record import Record
from operational.entity import load_entities


@dataclass(frozen=True)
class Related:
    """One kind of records that name this one in one of their fields."""

    label: str
    single: str
    icon: str
    count: int
    address: str
    new_address: str


def related(session: Session, actor: Actor, record: Record, language: str) -> list[Related]:
    """Every kind that the person may read; kinds that name it in two fields say in which."""
    found = []
    for name, cls in load_entities().items():
        spec = cls.__entity__
        fields = [one for one in fields_seen(actor, cls).values() if one.target == record.entity]
        if not fields or spec.hidden or not may(actor, "read", cls):
            continue
        for one in fields:
            query = urlencode({one.name: record.key}, safe="~")
            label = (spec.plural or spec.label)(language)
            if len(fields) > 1 or name == record.entity:
                label = f"{label} · {one.label(language)}"
            may_create = may(actor, "create", cls) and not one.derived
            found.append(
                Related(
                    label,
                    spec.label(language),
                    spec.icon,
                    find(session, actor, cls, where={one.name: [record.key]}, limit=0).total,
                    f"/o/{name}?{query}",
                    f"/o/{name}/new?{query}" if may_create else "",
                )
            )
    return sorted(found, key=lambda one: one.count == 0)
