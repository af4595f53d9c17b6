"""Natural keys turned into ids, column by column; what is missing is refused, or noted down to be made.

Noted records have negative ids until new_records.py writes them: only those that some good row needs are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from operational.crud.access import Actor, may, row_filter
from operational.crud.find import visible
from operational.crud.record import ids_of
from operational.entity import Entity, entity
from operational.field import Field, Label
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.stored import fetch_by, ids_array, nullable_ids, table_of
from operational.transfer.reading.cells import missing, truth
from operational.transfer.telling import reasons


@dataclass
class Wanted:
    """Records of one entity that do not exist yet: the key of the record with id -1 stands first."""

    cls: type[Entity]
    keys: list[str] = field(default_factory=list)
    named_by: list[str] = field(default_factory=list)  # the field that named it first

    def __post_init__(self) -> None:
        self._ids: dict[str, int] = {}

    def id_of(self, key: str, named_by: str) -> int:
        """The (negative) id under which this key is noted."""
        if key not in self._ids:
            self.keys.append(key)
            self.named_by.append(named_by)
            self._ids[key] = -len(self.keys)
        return self._ids[key]


@dataclass
class Inside:
    """Links of records to records of the same file that are new: whose, and which record they mean."""

    field: str
    record: np.ndarray
    target: np.ndarray


@dataclass
class References:
    """The links of a batch on their way from keys to ids."""

    session: Session
    actor: Actor
    create_missing: bool
    wanted: dict[str, Wanted] = field(default_factory=dict)
    inside: list[Inside] = field(default_factory=list)

    def resolve(self, batch: Batch) -> None:
        """Replace the keys in every link column by ids; rows whose key is not found are refused."""
        for name, link in batch.cls.__fields__.items():
            if link.target and name in batch.header:
                own = batch.words if link.target == batch.cls.__tablename__ else None
                ids, unknown = self._ids(batch, link, batch.header[name], own)
                for mask, reason in self._reasons(link, unknown, batch.header[name]):
                    batch.refuse(mask, name, reason, batch.header[name])
                batch.header[name] = ids
        lines = batch.cls.__lines__
        for name, link in (lines.__fields__ if lines else {}).items():
            if link.target and name in batch.lines:
                ids, unknown = self._ids(batch, link, batch.lines[name], None)
                for mask, reason in self._reasons(link, unknown, batch.lines[name]):
                    batch.refuse_lines(mask, name, reason, batch.lines[name])
                batch.lines[name] = ids

    def _reasons(self, link: Field, unknown: np.ndarray, keys: pa.Array) -> list[tuple[np.ndarray, Label]]:
        """Why keys were not found: no such record, or too long to be made."""
        target = entity(str(link.target))
        label = target.__entity__.label
        if not can_make(target):
            return [(unknown, reasons.uncreatable_reference(label))]
        length = _longest_key(target)
        long = unknown & self.create_missing & truth(pc.greater(pc.utf8_length(keys), length))
        return [(unknown & ~long, reasons.unknown_reference(label)), (long, reasons.too_long(length))]

    def _ids(
        self, batch: Batch, link: Field, keys: pa.Array, own: pa.Array | None
    ) -> tuple[pa.Array, np.ndarray]:
        """Ids (negative: to be made) and which keys were not found."""
        target = entity(str(link.target))
        encoded = keys.dictionary_encode()
        words = encoded.dictionary
        found = known_ids(self.session, target, words, self.actor, "read").copy()
        left = np.flatnonzero(found == 0)
        inside = _found_inside(words, own)
        left = left[inside[left] < 0]
        if self.create_missing and len(left) and can_make(target) and may(self.actor, "create", target):
            unseen = known_ids(self.session, target, words.take(pa.array(left)), None, "read")
            wanted = self.wanted.setdefault(target.__tablename__, Wanted(target))
            length = _longest_key(target)
            for place in left[unseen == 0]:
                word = words[place].as_py()
                if len(word) <= length:
                    found[place] = wanted.id_of(word, link.name)
        at = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
        there = ~missing(keys)
        ids = np.where(there, found[at], 0) if len(words) else np.zeros(len(keys), dtype=np.int64)
        meant = np.where(there & (ids == 0), inside[at], -1) if len(words) else np.full(len(keys), -1)
        if (meant >= 0).any():
            record = np.flatnonzero(meant >= 0)
            self.inside.append(Inside(link.name, batch.first_row[record], batch.first_row[meant[record]]))
        return nullable_ids(ids), there & (ids == 0) & (meant < 0)


def _longest_key(cls: type[Entity]) -> int:
    names = (cls.__entity__.key[0], "name")
    return min(cls.__fields__[name].length or 0 for name in names if name in cls.__fields__)


def _found_inside(words: pa.Array, own: pa.Array | None) -> np.ndarray:
    """For each key the record of the file itself that has it, or -1."""
    if own is None:
        return np.full(len(words), -1, dtype=np.int64)
    found = pc.index_in(words, value_set=own)
    return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def known_ids(
    session: Session, cls: type[Entity], keys: pa.Array, actor: Actor | None, verb: str
) -> np.ndarray:
    """The ids of records with these (distinct) keys, 0 where there is none that the actor may touch."""
    spec = cls.__entity__
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    if len(spec.key) > 1:
        return _ids_of_parts(session, cls, keys, actor)
    column = cls.__fields__[spec.key[0]].column
    condition: ColumnElement[bool] = true() if actor is None else row_filter(session, actor, verb, cls)
    stored = fetch_by(session, table_of(cls), ("id", column), column, keys, condition)
    place = pc.index_in(keys, value_set=stored[column])
    return ids_array(stored["id"].take(place))


def _ids_of_parts(session: Session, cls: type[Entity], keys: pa.Array, actor: Actor | None) -> np.ndarray:
    """Keys of several parts joined by `~`; few entities have them and nothing large links to them."""
    found = ids_of(session, cls, keys.to_pylist())
    seen = set(found.values()) if actor is None else visible(session, actor, cls, found.values())
    ids = [found.get(key, 0) for key in keys.to_pylist()]
    return np.array([one if one in seen else 0 for one in ids], dtype=np.int64)


def can_make(cls: type[Entity]) -> bool:
    """Whether a record can be made from its key alone: no document, and nothing else that only a person knows."""
    spec = cls.__entity__
    if spec.graph or cls.__lines__ or spec.hidden or spec.history_only or len(spec.key) > 1:
        return False
    return all(
        field.name in (*spec.key, "name") or field.kind == "date" or field.target is not None
        for field in cls.__fields__.values()
        if field.required
    )
