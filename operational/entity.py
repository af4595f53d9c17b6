"""What an entity is: one SQLAlchemy model that carries everything that is derived from it, and the register.

Forms, lists, import, export, audit, feed, API and staging read `ENTITIES`; none of them knows an entity by name.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Integer, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from operational.field import Field, Label, Moment
from operational.states import StateGraph

Identity = BigInteger().with_variant(Integer, "sqlite")
ENTITIES: dict[str, type[Entity]] = {}


class Base(DeclarativeBase):
    """The metadata of the store, with names for every constraint so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@dataclass(frozen=True)
class Spec:
    """What an entity says beyond its columns.

    `key` is the natural key (field names); `title` the field that names a record to people. Where there is a field
    called like it with `_en` behind, that is the name in English; records without one keep the other in both languages.
    `scope` lists paths to the organisation unit that a row belongs to (`org_unit`, `customer.org_unit`);
    a row belongs where any of them leads; none means that everybody with the verb sees every row.
    `owner` is the path to the person whose row it is, for roles that may touch only their own.
    `may` gives each role its verbs of `read create edit delete import export`, prefixed `own:` where
    the role sees only its own rows. `series` is the prefix of numbers that the machine hands out.
    `order_of_times` names fields that must not come before the one left of them; of each pair in
    `emptied_if_early` an import empties the second field where it comes before the first.
    `after_create` names rules that run once a record was made in a form or by an import without history,
    `after_change` those that run after its creation and every change there, and for entities without states also
    in an import with history.
    `hidden` entities have no form; `history_only` ones take records from imports and rules, not from forms.
    The store refuses to change or delete rows of an `append_only` entity, whoever asks.
    """

    label: Label
    area: str
    key: tuple[str, ...]
    title: str
    may: dict[str, str]
    plural: Label | None = None
    scope: tuple[str, ...] = ()
    owner: str | None = None
    graph: StateGraph | None = None
    series: str | None = None
    newest_by: str | None = None
    order_of_times: tuple[tuple[str, ...], ...] = ()
    emptied_if_early: tuple[tuple[str, str], ...] = ()
    after_create: tuple[str, ...] = ()
    after_change: tuple[str, ...] = ()
    hidden: bool = False
    history_only: bool = False
    append_only: bool = False
    icon: str = "file"


class Entity(Base):
    """A kind of record that people keep: subclass it in `operational/entities/`, one file per entity."""

    __abstract__ = True
    __entity__: ClassVar[Spec]
    __fields__: ClassVar[dict[str, Field]]
    __lines__: ClassVar[type[Line] | None] = None

    id: Mapped[int] = mapped_column(Identity, primary_key=True, sort_order=-10)
    version: Mapped[int] = mapped_column(
        Integer, nullable=False, default=1, server_default="1", sort_order=100
    )
    created_at: Mapped[datetime | None] = mapped_column(Moment(), sort_order=101)
    created_by: Mapped[str | None] = mapped_column(String(80), sort_order=102)
    updated_at: Mapped[datetime | None] = mapped_column(Moment(), sort_order=103)
    updated_by: Mapped[str | None] = mapped_column(String(80), sort_order=104)

    @classmethod
    def english_title(cls) -> Field | None:
        """The field that holds a record's name in English; None where records have one name only."""
        return cls.__fields__.get(f"{cls.__entity__.title}_en")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the entity under its table's name and unique natural key."""
        spec = cls.__entity__
        key_columns = [_column_name(cls, name) for name in spec.key]
        cls.__table_args__ = (UniqueConstraint(*key_columns),)
        super().__init_subclass__(**kwargs)
        cls.__fields__ = _fields_of(cls)
        ENTITIES[cls.__tablename__] = cls


class Line(Base):
    """A line of a document: subclass it beside its document and name that in `__document__`.

    `__optional__` where a document is whole without any, so that a file need not have their columns.
    """

    __abstract__ = True
    __document__: ClassVar[str]
    __optional__: ClassVar[bool] = False
    __fields__: ClassVar[dict[str, Field]]

    id: Mapped[int] = mapped_column(Identity, primary_key=True, sort_order=-10)
    line_no: Mapped[int] = mapped_column(Integer, nullable=False, sort_order=-8)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Add the link to the document and register the class as its lines."""
        document = cls.__document__
        setattr(
            cls,
            f"{document}_id",
            mapped_column(
                Identity,
                ForeignKey(f"{document}.id", ondelete="CASCADE"),
                nullable=False,
                index=True,
                sort_order=-9,
            ),
        )
        super().__init_subclass__(**kwargs)
        cls.__fields__ = _fields_of(cls)
        ENTITIES[document].__lines__ = cls


def _column_name(cls: type[Base], field_name: str) -> str:
    return field_name if field_name in vars(cls) else f"{field_name}_id"


def _fields_of(cls: type[Base]) -> dict[str, Field]:
    """Fields in the order of their declaration; a link kept in `x_id` is called `x`."""
    found: dict[str, Field] = {}
    for column in cls.__table__.columns:
        field = column.info.get("field")
        if field is not None:
            name = column.name.removesuffix("_id") if field.kind == "link" else column.name
            found[name] = column.info["field"] = replace(field, name=name, column=column.name)
    return found


@cache
def load_entities() -> dict[str, type[Entity]]:
    """Import every declaration under `operational/entities` once and return the register."""
    package = importlib.import_module("operational.entities")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return ENTITIES


def entity(name: str) -> type[Entity]:
    """The entity of that name; KeyError with a plain sentence if there is none."""
    known = load_entities()
    if name not in known:
        raise KeyError(f"There is no entity '{name}'. Known: {', '.join(sorted(known))}.")
    return known[name]


def tables_in_feed() -> Iterator[tuple[str, type[Entity | Line]]]:
    """Every table whose changes are recorded: entities and their lines, by table name."""
    for name, cls in load_entities().items():
        yield name, cls
        if cls.__lines__ is not None:
            yield cls.__lines__.__tablename__, cls.__lines__
