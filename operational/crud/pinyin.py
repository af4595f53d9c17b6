"""Pinyin initials of titles, kept in the process per entity and brought up to date by the change feed.

Names are found by them in lookup.py; nothing here decides who may see a record.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.find import title_column
from operational.entity import Entity
from operational.store.feed import FeedRestarted, Position, changes, head

VARIANTS = 16  # of one title; a title with more characters of several readings keeps the first of them
BATCH = 10_000


@cache
def _letters(character: str) -> str:
    """The first letters of a character's readings, the commonest first; of another sign, itself."""
    from pypinyin.constants import PINYIN_DICT  # half a second to import
    from pypinyin.contrib.tone_convert import to_normal

    readings = PINYIN_DICT.get(ord(character))
    if readings is None:
        return character.casefold()
    return "".join(dict.fromkeys(to_normal(reading)[0] for reading in readings.split(",")))


def initials(title: str) -> str:
    """The initials of a title in every reading of its characters, separated by spaces: 重庆 is 'zq cq tq'."""
    letters = [_letters(character) for character in title if not character.isspace()]
    readings = itertools.islice(itertools.product(*letters), VARIANTS)
    return " ".join("".join(reading) for reading in readings)


@dataclass
class _Index:
    position: Position = field(default_factory=Position)
    by_id: dict[int, str] = field(default_factory=dict)


_indexes: dict[tuple[str, str], _Index] = {}
_lock = threading.Lock()


def matching(session: Session, cls: type[Entity], letters: str) -> list[int]:
    """Ids of records whose title's initials contain these letters; those that begin with them come first."""
    wanted = letters.casefold()
    begins: list[int] = []
    contains: list[int] = []
    for one, text in _current(session, cls).items():
        if wanted in text:
            begins_so = text.startswith(wanted) or f" {wanted}" in text
            (begins if begins_so else contains).append(one)
    return begins + contains


def _current(session: Session, cls: type[Entity]) -> dict[int, str]:
    key = (str(session.get_bind().engine.url), cls.__tablename__)
    with _lock:
        index = _indexes.setdefault(key, _Index())
        if "context_id" not in session.info:  # what a transaction has written may yet be undone
            _refresh(session, cls, index)
        return index.by_id


def _refresh(session: Session, cls: type[Entity], index: _Index) -> None:
    connection = session.connection()
    now = head(connection)
    if now == index.position:
        return
    known = dict(index.by_id)
    try:
        touched = changes(connection, index.position, now) if index.position.value else None
    except FeedRestarted:
        touched = None
    if touched is None:
        known = dict(_titles(session, cls, None))
    else:
        for one in touched:
            if one.table == cls.__tablename__:
                ids = [*one.ids, *itertools.chain(*(range(first, last + 1) for first, last in one.ranges))]
                known = {there: text for there, text in known.items() if there not in set(ids)}
                known.update(_titles(session, cls, ids))
    index.by_id, index.position = known, now


def _titles(session: Session, cls: type[Entity], ids: list[int] | None) -> Iterable[tuple[int, str]]:
    table = cls.__table__
    statement = select(table.c.id, title_column(cls, table))
    parts = [None] if ids is None else [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    for part in parts:
        rows = session.execute(statement if part is None else statement.where(table.c.id.in_(part)))
        yield from ((one, initials(title or "")) for one, title in rows)
