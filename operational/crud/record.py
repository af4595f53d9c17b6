"""A record as people and machines read it: values by field name, links by key and title, lines included.

Reading rows into records and naming records by their keys is here; which rows, and whose, is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen
from operational.crud.refusal import Problem
from operational.entity import Entity, Line, entity
from operational.field import Field

SEPARATOR = "~"  # between the parts of a natural key of several fields


@dataclass(frozen=True)
class RecordLink:
    """A record named from elsewhere: its entity, its key, its title and, where it has one, its English title."""

    entity: str
    key: str
    title: str
    english: str = ""

    def called(self, language: str) -> str:
        """What it is called in a language."""
        return (self.english if language == "en" else "") or self.title


@dataclass(frozen=True)
class LineRecord:
    """A line: its id, its place, and its values by field name."""

    id: int
    line_no: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A record with its version; a link's value is a RecordLink or None; warnings tell what was rounded.

    `values`, and those of the lines, have the fields that whoever it was read for may see, and no others.
    """

    entity: str
    id: int
    key: str
    title: str
    version: int
    state: str | None
    values: dict[str, Any]
    english: str = ""
    lines: tuple[LineRecord, ...] = ()
    created_at: datetime | None = None
    created_by: str | None = None
    updated_at: datetime | None = None
    updated_by: str | None = None
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    def with_warnings(self, warnings: Iterable[Problem]) -> Record:
        """The same record, carrying what the write that made it has to say."""
        return replace(self, warnings=tuple(warnings))

    @property
    def link(self) -> RecordLink:
        """This record as named from elsewhere."""
        return RecordLink(self.entity, self.key, self.title, self.english)

    def called(self, language: str) -> str:
        """What it is called in a language."""
        return self.link.called(language)


def links_of(session: Session, cls: type[Entity], ids: Iterable[int | None]) -> dict[int, RecordLink]:
    """Key and titles of the records with these ids, by id, in one query per entity on the way."""
    wanted = sorted({one for one in ids if one is not None})
    spec, second = cls.__entity__, cls.english_title()
    names = list(dict.fromkeys((*spec.key, spec.title, *((second.name,) if second else ()))))
    columns = {name: cls.__table__.c[cls.__fields__[name].column] for name in names}
    rows: list[RowMapping] = []
    for start in range(0, len(wanted), 10_000):  # below every dialect's limit of parameters
        part = wanted[start : start + 10_000]
        statement = select(cls.__table__.c.id, *columns.values()).where(cls.__table__.c.id.in_(part))
        rows.extend(session.execute(statement).mappings().all())
    inner = _linked(session, cls, names, rows)
    found = {}
    for row in rows:
        texts = {}
        titles = {}
        title = inner[spec.title].get(row[cls.__fields__[spec.title].column]) if spec.title in inner else None
        for name in names:
            value = row[cls.__fields__[name].column]
            linked = inner[name].get(value) if name in inner else None
            texts[name] = linked.key if linked else str(value if value is not None else "")
            titles[name] = linked.title if linked else texts[name]
        key = SEPARATOR.join(texts[name] for name in spec.key)
        english = titles[second.name] if second else title.english if title else ""
        found[row["id"]] = RecordLink(cls.__tablename__, key, titles[spec.title] or key, english)
    return found


def _linked(
    session: Session, cls: type[Entity | Line], names: Iterable[str], rows: Sequence[RowMapping]
) -> dict[str, dict[int, RecordLink]]:
    """For each link among the fields: what its ids in these rows name."""
    wanted: dict[str, set[int | None]] = {}
    fields = [cls.__fields__[name] for name in names if cls.__fields__[name].target]
    for one in fields:
        wanted.setdefault(str(one.target), set()).update(row[one.column] for row in rows)
    named = {target: links_of(session, entity(target), ids) for target, ids in wanted.items()}
    return {one.name: named[str(one.target)] for one in fields}


def _values(
    fields: dict[str, Field], row: RowMapping, linked: dict[str, dict[int, RecordLink]]
) -> dict[str, Any]:
    return {
        name: linked[name].get(row[one.column]) if name in linked else row[one.column]
        for name, one in fields.items()
    }


def to_records(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    rows: Sequence[RowMapping],
    *,
    with_lines: bool = False,
) -> list[Record]:
    """Rows of the entity's table as records with the fields that the actor may see, in the same order."""
    spec = cls.__entity__
    fields, second = fields_seen(actor, cls), cls.english_title()
    linked = _linked(session, cls, fields, rows)
    lines = _lines(session, actor, cls, [row["id"] for row in rows]) if with_lines else {}
    records = []
    for row in rows:
        values = _values(fields, row, linked)
        records.append(
            Record(
                entity=cls.__tablename__,
                id=row["id"],
                key=SEPARATOR.join(_text(values[name]) for name in spec.key),
                title=_title(values[spec.title]) or SEPARATOR.join(_text(values[name]) for name in spec.key),
                version=row["version"],
                state=values[spec.graph.field] if spec.graph else None,
                values=values,
                english=_english(values[spec.title], values[second.name] if second else None),
                lines=tuple(lines.get(row["id"], ())),
                created_at=row["created_at"],
                created_by=row["created_by"],
                updated_at=row["updated_at"],
                updated_by=row["updated_by"],
            )
        )
    return records


def _lines(session: Session, actor: Actor, cls: type[Entity], ids: list[int]) -> dict[int, list[LineRecord]]:
    found: dict[int, list[LineRecord]] = {}
    if cls.__lines__ is None or not ids:
        return found
    table = cls.__lines__.__table__
    document = table.c[f"{cls.__tablename__}_id"]
    statement = select(table).where(document.in_(ids)).order_by(table.c.line_no, table.c.id)
    rows = session.execute(statement).mappings().all()
    fields = fields_seen(actor, cls.__lines__)
    linked = _linked(session, cls.__lines__, fields, rows)
    for row in rows:
        line = LineRecord(row["id"], row["line_no"], _values(fields, row, linked))
        found.setdefault(row[document.name], []).append(line)
    return found


def _text(value: Any) -> str:
    return value.key if isinstance(value, RecordLink) else str(value if value is not None else "")


def _title(value: Any) -> str:
    return value.title if isinstance(value, RecordLink) else str(value or "")


def _english(title: Any, second: str | None) -> str:
    return title.english if isinstance(title, RecordLink) else second or ""


def record_of(session: Session, actor: Actor, cls: type[Entity], record_id: int) -> Record:
    """The record with this id, lines included; the caller has checked that the actor may see it."""
    session.flush()
    row = session.execute(select(cls.__table__).where(cls.__table__.c.id == record_id)).mappings().one()
    return to_records(session, actor, cls, [row], with_lines=True)[0]


def ids_of(session: Session, cls: type[Entity], keys: Iterable[str]) -> dict[str, int]:
    """The ids of the records with these natural keys, by key; what does not exist is missing."""
    wanted = sorted(set(keys))
    names = cls.__entity__.key
    if len(names) > 1:
        found = {key: _id_of_parts(session, cls, key.split(SEPARATOR)) for key in wanted}
        return {key: one for key, one in found.items() if one is not None}
    table = cls.__table__
    column = table.c[cls.__fields__[names[0]].column]
    result: dict[str, int] = {}
    for start in range(0, len(wanted), 10_000):
        rows = session.execute(select(column, table.c.id).where(column.in_(wanted[start : start + 10_000])))
        result.update((key, one) for key, one in rows)
    return result


def _id_of_parts(session: Session, cls: type[Entity], parts: list[str]) -> int | None:
    table = cls.__table__
    if len(parts) != len(cls.__entity__.key):
        return None
    statement = select(table.c.id)
    for name, part in zip(cls.__entity__.key, parts, strict=True):
        one = cls.__fields__[name]
        value: Any = part
        if one.target:
            value = ids_of(session, entity(one.target), [part]).get(part)
        elif one.kind == "integer":
            value = int(part) if part.lstrip("-").isdigit() else None
        if value is None:
            return None
        statement = statement.where(table.c[one.column] == value)
    return session.scalar(statement)
