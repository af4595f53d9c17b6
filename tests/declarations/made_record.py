"""Records of any entity, made from what its fields say: a value per kind, and the records that its links need.

No entity is named here: what a declaration says is all that is known of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from operational.crud.access import SYSTEM_ACTOR
from operational.crud.record import Record, RecordLink, ids_of
from operational.crud.write import create
from operational.entity import Entity, Line, load_entities
from operational.field import Field
from operational.store.bulk import bulk_insert
from operational.store.session import Store

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001  # written as people type it, in the business time zone
ENTITIES = load_entities()
KEPT_BY_PEOPLE = [name for name, cls in ENTITIES.items() if not cls.__entity__.hidden]
FORMS = [name for name in KEPT_BY_PEOPLE if not ENTITIES[name].__entity__.history_only]


@dataclass
class Maker:
    """Makes one record after the other, each with values that no earlier one has."""

    store: Store
    _numbers: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)
    _known: dict[str, str] = field(default_factory=dict)

    def record(self, name: str) -> Record:
        """A new record with a value in every field that a person may fill."""
        cls = ENTITIES[name]
        values, lines = self.values(cls), self.lines(cls)
        with self.store.writing(SYSTEM_ACTOR.login) as session:
            return create(session, SYSTEM_ACTOR, cls, values, lines)

    def key(self, name: str) -> str:
        """The key of a record of that entity to refer to; made when it is first asked for."""
        if name not in self._known:
            self._known[name] = self.record(name).key
        return self._known[name]

    def lines(self, cls: type[Entity]) -> list[dict[str, Any]] | None:
        return None if cls.__lines__ is None else [self.values(cls.__lines__), self.values(cls.__lines__)]

    def values(self, cls: type[Entity | Line]) -> dict[str, Any]:
        """Values as a person or a program types them, by field name."""
        return {field.name: self.value(cls, field) for field in given(cls)}

    def value(self, cls: type[Entity | Line], field: Field) -> Any:
        """A value of the field's kind, within its bounds; one that is part of a key is new each time."""
        number = self._numbers()
        if field.pattern is not None:
            return field.example
        if field.kind in ("text", "longtext", "code"):
            return f"{field.name[:8]} {number}"
        if field.kind == "link":
            new = issubclass(cls, Entity) and field.name in cls.__entity__.key
            return self.record(str(field.target)).key if new else self.key(str(field.target))
        if field.kind == "choice":
            return field.choices[number % len(field.choices)].value
        day = DAY + timedelta(days=number) if issubclass(cls, Line) else DAY
        fixed = {"email": f"person{number}@example.com", "date": day.isoformat(), "moment": AT.isoformat(" "),
                 "flag": number % 2 == 0}  # fmt: skip
        return fixed[field.kind] if field.kind in fixed else self.amount(field, number)

    @staticmethod
    def amount(field: Field, number: int) -> str:
        """A number with digits behind the point where the field keeps them."""
        amount = Decimal(number % 40 + 1)
        if field.kind != "integer":
            amount += Decimal("0.5")
        return str(max(amount, field.minimum or amount))


def given(cls: type[Entity | Line]) -> list[Field]:
    """The fields that an example has: not what the machine computes, the state, or a link to its own kind.

    Rules after creation may refuse links that do not fit together: there only those that must be are given.
    """
    careful = issubclass(cls, Entity) and bool(cls.__entity__.after_create)
    return [
        field for field in cls.__fields__.values()
        if not field.derived and field.kind != "state" and field.target != cls.__tablename__
        and (field.required or field.kind != "link" or not careful)
    ]  # fmt: skip


def bulk_row(session: Session, maker: Maker, name: str) -> int:
    """A record of an entity that only rules write, through the gate for many rows; its id."""
    cls = ENTITIES[name]
    columns: dict[str, list[Any]] = {}
    for one in given(cls):
        value = maker.value(cls, one)
        if one.kind == "link":
            value = id_of(session, str(one.target), value)
        elif one.kind == "moment":
            value = datetime.fromisoformat(value)
        elif one.kind == "date":
            value = date.fromisoformat(value)
        elif one.decimals is not None:
            value = int(Decimal(value).scaleb(one.decimals))
        elif one.kind == "integer":
            value = int(value)
        columns[one.column] = [value]
    return bulk_insert(session, name, columns)[0]


def id_of(session: Session, name: str, key: str) -> int:
    return ids_of(session, ENTITIES[name], [key])[key]


def plain(record: Record, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What people filled in of a record, links as keys, lines as a list; what the machine computes is left out."""
    cls = ENTITIES[record.entity]

    def shown(values: dict[str, Any], fields: dict[str, Field]) -> dict[str, Any]:
        return {
            name: value.key if isinstance(value, RecordLink) else value
            for name, value in values.items()
            if name not in without and not fields[name].derived
        }

    found = shown(record.values, cls.__fields__)
    if cls.__lines__ is not None:
        found["lines"] = [shown(line.values, cls.__lines__.__fields__) for line in record.lines]
    return found


def stored_rows(store: Store, table: Any, columns: list[str]) -> list[tuple[Any, ...]]:
    """All rows of a table of the store by id, decimals as decimals and instants without their zone (UTC)."""
    with store.reading() as session:
        rows = session.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id)).all()
    return [
        tuple(one.replace(tzinfo=None) if isinstance(one, datetime) else one for one in row) for row in rows
    ]


def logged(store: Store, name: str) -> list[str]:
    """The operations that the change log has of a table, in their order."""
    with store.reading() as session:
        return list(
            session.scalars(
                text("SELECT op FROM change_log WHERE entity = :name ORDER BY seq"), {"name": name}
            )
        )
