"""A warehouse in memory for tests of numbers: raw tables as the pipelines make them, filled from literal rows.

What is landed, modelled and asked here is real; only the store and the change feed are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import duckdb

from pipelines.source import raw_tables
from warehouse.ask import ask
from warehouse.connect import prepare
from warehouse.landing import prepare_raw
from warehouse.question import parse_question
from warehouse.table import build_order, build_table

LOADED_AT = datetime(2026, 11, 1, 12, 0)  # noqa: DTZ001  # the warehouse keeps naive UTC
TABLES = {table.name: table for table in raw_tables()}


class Landed:
    """An open warehouse: land rows, model them, ask."""

    def __init__(self, timezone: str = "Asia/Shanghai") -> None:
        self.connection = duckdb.connect()
        prepare(self.connection, timezone)
        for table in TABLES.values():
            prepare_raw(self.connection, table)
        self.connection.execute(
            "create table meta.settings as select ? as timezone, 'CNY' as currency", [timezone]
        )
        self.connection.execute(
            "create table meta.load as select ?::timestamp as loaded_at, 'wh1' as snapshot, 'pass' as quality",
            [LOADED_AT],
        )

    def land(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows; ids are counted from 1 where they are not given."""
        columns = [column.name for column in TABLES[table].columns]
        values = []
        for number, row in enumerate(rows, 1):
            if strange := row.keys() - set(columns):
                raise KeyError(f"{table} has no {', '.join(strange)}")
            values.append([({"id": number} | row).get(column) for column in columns])
        if values:
            marks = ", ".join("?" for _ in columns)
            self.connection.executemany(f'insert into raw."{table}" values ({marks})', values)

    def land_select(self, table: str, select: str) -> None:
        """Insert what a SELECT gives, by name."""
        self.connection.execute(f'insert into raw."{table}" by name {select}')

    def model(self) -> None:
        """Build every table."""
        for table in build_order():
            build_table(self.connection, table)

    def replace(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Other rows in some tables, and what is made of them built again; the rest stays."""
        for table, those in rows.items():
            self.connection.execute(f'delete from raw."{table}"')
            self.land(table, those)
        changed = {f"staging.{table}" for table in rows}
        for table in build_order():
            if changed.intersection(
                one.replace('"', "").removesuffix("_version") for one in table.depends_on
            ):
                build_table(self.connection, table)
                changed.add(table.name)

    def ask(
        self, metrics: str, *, scope: Any = None, now: datetime | None = None, **asked: Any
    ) -> list[dict[str, Any]]:
        """The rows of one question, as JSON has them."""
        return self.answer(metrics, scope=scope, now=now, **asked).as_json()["rows"]

    def answer(self, metrics: str, *, scope: Any = None, now: datetime | None = None, **asked: Any) -> Any:
        """The answer to one question; days may be texts."""
        if isinstance(asked.get("where"), str):
            asked["where"] = [asked["where"]]
        asked = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()
        }
        return ask(self.connection, parse_question(metrics=metrics, **asked), scope, now=now)
