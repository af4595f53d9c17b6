"""Verbs on one record that are neither changes nor moves, by the names that forms and API call them.

What a verb does stands in its own file; add it here to give it a button and an address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from operational.crud.access import Actor, may
from operational.crud.record import Record
from operational.entity import Entity
from operational.field import Label
from operational.rules.amend_order import AMENDABLE, amend_order


@dataclass(frozen=True)
class RecordVerb:
    """A verb: its label, the states that offer it, the permission it needs, and the function of the rule."""

    entity: str
    name: str
    label: Label
    states: tuple[str, ...]
    needs: str
    run: Callable[[Session, Actor, str], Record]


RECORD_VERBS = (RecordVerb("order", "amend", Label("变更", "Amend"), AMENDABLE, "edit", amend_order),)


def verb_named(entity: str, name: str) -> RecordVerb | None:
    """The verb of an entity by its name, None where there is none."""
    return next((one for one in RECORD_VERBS if one.entity == entity and one.name == name), None)


def verbs_offered(actor: Actor, entity_cls: type[Entity], record: Record) -> list[RecordVerb]:
    """The verbs that the actor may use on a record in its present state."""
    return [
        one
        for one in RECORD_VERBS
        if one.entity == record.entity and record.state in one.states and may(actor, one.needs, entity_cls)
    ]
