"""A restatement as people read it: each number that a later state tells otherwise, and the records that changed it.

Numbers and rows are compared by the warehouse; who changed a record, what and when is told by the store's history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from operational.crud.happened import happened, touched
from operational.entity import load_entities
from operational.forms.history_view import ShownEntry, shown_entries
from operational.store.feed import FeedRestarted, Position
from operational.store.past import reached_at
from warehouse.catalog import load_catalog
from warehouse.increment import sources
from warehouse.restated import RestatedNumber, Restatement
from warehouse.table import load_tables

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from operational.crud.access import Actor
    from operational.store.session import Store
    from operational.store.snapshots import PublishedSnapshot

AT_ONCE = (
    40  # numbers that are explained together, if nobody says how many; each costs a question to both states
)
CAUSES, OTHERS = 5, 3  # records that one number names, and of other entities that its rows were made of


@dataclass(frozen=True)
class Cause:
    """A record, what it stood for in the number before and after, and what happened to it in between."""

    entity: str
    record: str
    before: Any = None
    after: Any = None
    entries: list[ShownEntry] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        changes = [
            {
                "at": one.at, "who": one.who, "channel": one.channel, "what": one.what, "reason": one.reason,
                "fields": [vars(change) for change in one.changes],
            }
            for one in self.entries
        ]  # fmt: skip
        return {
            "entity": self.entity, "record": self.record, "before": self.before, "after": self.after, "changes": changes,
        }  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A restated number, its causes, and how many more records have another share of it."""

    number: RestatedNumber
    causes: list[Cause]
    more: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        one = self.number
        return {
            "metric": one.figure, "label": one.metric.label.as_json(), "unit": one.metric.unit, "period": one.period,
            "before": one.before, "after": one.after, "change": one.change, "more_records": self.more,
            "records": [cause.as_json() for cause in self.causes],
        }  # fmt: skip


class Teller:
    """Tells the difference between two published states to one reader."""

    def __init__(
        self, store: Store, actor: Actor, language: str, before: PublishedSnapshot, after: PublishedSnapshot
    ) -> None:
        self._store, self._actor, self._language = store, actor, language
        self._positions = Position(before.position), Position(after.position)

    def told(self, restatement: Restatement, numbers: Iterable[RestatedNumber]) -> list[Told]:
        """These restated numbers, each with the records that changed it."""
        with self._store.reading() as session:
            connection = session.connection()
            between = tuple(reached_at(connection, one) for one in self._positions)
            return [self._explained(session, restatement, one, between) for one in numbers]

    def _explained(
        self,
        session: Session,
        restatement: Restatement,
        number: RestatedNumber,
        between: tuple[datetime | None, ...],
    ) -> Told:
        rows = restatement.rows(number)
        causes = [
            Cause(
                row.entity,
                row.record or "",
                row.before,
                row.after,
                self._entries(session, row.entity, row.record, between),
            )
            for row in rows[:CAUSES]
        ]
        if any(not cause.entries for cause in causes):
            causes += self._others(session, number, between, {cause.entity for cause in causes})
        return Told(number, causes, max(0, len(rows) - CAUSES))

    def _others(
        self, session: Session, number: RestatedNumber, between: tuple[datetime | None, ...], told: set[str]
    ) -> Iterator[Cause]:
        """Changed records of what the number's rows were also made of: an item's cost, a customer's region."""
        tables = (
            load_tables()[name] for name in load_catalog().tables_of(number.metric) if name in load_tables()
        )
        names = {one for table in tables for one in sources(table)} - told
        try:
            found = touched(session, self._actor, names, *self._positions, OTHERS)
        except FeedRestarted:  # the store was restored in between
            return
        for name, keys in found.items():
            for key in keys:
                if entries := self._entries(session, name, key, between):
                    yield Cause(name, key, entries=entries)

    def _entries(
        self, session: Session, name: str, record: str | None, between: tuple[datetime | None, ...]
    ) -> list[ShownEntry]:
        cls = load_entities().get(name)
        if cls is None or not record:
            return []
        entries = happened(session, self._actor, cls, record, *between)
        return shown_entries(cls, entries, self._language, self._store.settings.zone)
