"""Records of every table of the feed with random values, and random changes to them, read off the declarations.

No entity is named here; few ids and few days are drawn from, so that records meet.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from operational.entity import Entity, Line, tables_in_feed
from operational.field import Field
from operational.store.bulk import bulk_insert
from operational.store.engine import for_writing
from operational.store.session import Store

FIRST, DAYS = date(2026, 8, 1), 60
GUARD = "keep_change_log_update"  # the log cannot be changed: only here it is, on SQLite, to have it tell other times
TABLES = dict(tables_in_feed())


@dataclass
class RandomRecords:
    """A store to be filled and changed at random; the same seed does the same."""

    store: Store
    seed: int
    each: int = 8
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _moment: datetime = field(default_factory=lambda: datetime.combine(FIRST, time.min))
    _timed: int = 0  # the last change whose time was set

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # a repeatable draw is wanted

    def fill(self) -> None:
        """Records in every table, made before their days began; what a constraint refuses is left out."""
        for _ in range(self.each):
            for table in TABLES:
                self._insert(table)
        self._set_times((0,))

    def change(self, *among: str) -> None:
        """One change to one table: a new record, a field set anew (sometimes to what breaks a rule), or a deletion."""
        table = self.dice.choice(among or list(TABLES))
        how = self.dice.random()
        if how < 0.25:
            self._insert(table)
        elif how < 0.35:
            self._execute(f'delete from "{table}" where id = :id', id=self._id(table))
        else:
            one = self.dice.choice([one for one in fields_of(TABLES[table]) if not one.private])
            value = "strange" if self._is_odd(one) else self._value(TABLES[table], one)
            self._execute(
                f'update "{table}" set "{one.column}" = :value where id = :id',
                value=value,
                id=self._id(table),
            )

    def change_every_table(self) -> None:
        """Every field that is not private of some record of every table set anew."""
        for table, cls in TABLES.items():
            for one in fields_of(cls):
                if not one.private:
                    self._set(table, one, self._value(cls, one))

    def as_if_over_days(self) -> None:
        """Let the changes since the last call have been made over some of the days of the records, in their order."""
        self._set_times((0, 0, 1, 30))

    def _set_times(self, hours_between: tuple[int, ...]) -> None:
        with for_writing(self.store.engine).begin() as connection:
            last = connection.execute(text("select coalesce(max(seq), 0) from change_log")).scalar_one()
            guard = connection.execute(
                text(f"select sql from sqlite_schema where name = '{GUARD}'")
            ).scalar_one()
            connection.execute(text(f'drop trigger "{GUARD}"'))
            for number in range(self._timed + 1, last + 1):
                self._moment += timedelta(hours=self.dice.choice(hours_between))
                connection.execute(
                    text("update change_log set changed_at = :moment where seq = :number"),
                    {"moment": f"{self._moment}.000001", "number": number},
                )
            connection.execute(text(guard))
        self._timed = last

    def _set(self, table: str, one: Field, value: Any) -> None:
        self._execute(
            f'update "{table}" set "{one.column}" = :value where id = :id', value=value, id=self._id(table)
        )

    def _is_odd(self, one: Field) -> bool:
        return one.kind in ("choice", "state") and self.dice.random() < 0.15

    def _insert(self, table: str) -> None:
        cls = TABLES[table]
        fields = fields_of(cls)
        values: dict[str, Any] = {one.column: self._value(cls, one) for one in fields}
        for kind in ("date", "moment"):  # in the order of their declaration, as the rules want times
            times = [one.column for one in fields if one.kind == kind]
            values |= dict(zip(times, sorted(values[one] for one in times), strict=True))
        if (document := getattr(cls, "__document__", None)) is not None:
            values |= {f"{document}_id": self._id(document), "line_no": next(self._numbers)}
        if (
            any(values[one.column] is None for one in fields if one.required)
            or values.get(f"{document}_id", 0) is None
        ):
            return  # what it must refer to is not there yet
        columns = {name: [value] for name, value in values.items()}
        try:
            with self.store.writing("test") as session:
                bulk_insert(session, table, columns)
        except IntegrityError:
            return

    def _execute(self, statement: str, **values: Any) -> None:
        try:
            with for_writing(self.store.engine).begin() as connection:
                connection.execute(text(statement), values)
        except IntegrityError:
            return

    def _id(self, table: str) -> int | None:
        with self.store.reading() as session:
            ids = session.execute(text(f'select id from "{table}" order by id')).scalars().all()
        return self.dice.choice(ids) if ids else None

    def _value(self, cls: type[Entity | Line], one: Field) -> Any:
        if one.kind == "link":
            return self._id(one.target or "") if one.required or self.dice.random() < 0.9 else None
        if one.kind in ("choice", "state"):
            spec = getattr(cls, "__entity__", None)
            states = [state.name for state in spec.graph.states] if spec and spec.graph else []
            return self.dice.choice([choice.value for choice in one.choices] or states)
        if one.kind == "date":
            return str(FIRST + timedelta(days=self.dice.randrange(DAYS)))
        if one.kind == "moment":
            instant = datetime.combine(FIRST, datetime.min.time())
            return str(instant + timedelta(hours=self.dice.randrange(24 * DAYS), microseconds=1))
        if one.kind == "flag":
            return self.dice.random() < 0.2
        if one.decimals is not None:
            return self.dice.randrange(1, 20) * 10**one.decimals
        return self.dice.randrange(1, 9) if one.kind == "integer" else f"T{next(self._numbers)}"


def fields_of(cls: type[Entity | Line]) -> list[Field]:
    """The fields that have a column of their own."""
    return [one for one in cls.__fields__.values() if one.column in cls.__table__.columns]
