"""What every part of the compiler works on: the question's keys, filters, span and scope, and bound values.

No SQL of a metric is made here; values reach a statement only as bound parameters.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warehouse.catalog import Catalog
from warehouse.compile.key import Key, resolve_key
from warehouse.compile.span import Span
from warehouse.connect import read_statement
from warehouse.question import Filter

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Scope = Mapping[str, Mapping[str, tuple[int, ...] | None]] | None
_serial = itertools.count(1)


@dataclass(frozen=True)
class Groups:
    """Restricts a question to some groups (`among`) or to all others; a group is one value per key."""

    among: bool
    values: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Relation:
    """One part of the answer as a SELECT: some or all keys, the period where one is asked, and its values.

    `zero` are the values that are 0, not null, for a group without rows.
    """

    sql: str
    values: tuple[str, ...]
    keys: tuple[str, ...]
    zero: frozenset[str] = frozenset()


@dataclass
class Compilation:
    """One statement in the making. `read` keeps what several figures of it are computed from."""

    connection: duckdb.DuckDBPyConnection
    catalog: Catalog
    span: Span
    keys: tuple[Key, ...]
    filters: tuple[tuple[Key, Filter], ...]
    scope: Scope = None
    groups: Groups | None = None
    restricting: tuple[Key, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    read: dict[Any, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """The placeholder that stands for a value in the statement; equal values share one."""
        for name, known in self.parameters.items():
            if type(known) is type(value) and known == value:
                return f"${name}"
        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = value
        return f"${name}"

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run a statement with those of the bound values that it mentions."""
        statement = read_statement(sql)
        used = {name: self.parameters[name] for name in statement.named_parameters}
        return self.connection.execute(statement, used)

    def fetch(self, select: str) -> duckdb.DuckDBPyConnection:
        """Run a SELECT of a part of the question by itself, with the named subqueries that it may read."""
        return self.execute(self._with_tables(select))

    def materialize(self, select: str) -> str:
        """Run such a SELECT once and keep its rows for the statement; the name to read them by."""
        return self.register(self.fetch_arrow(select))

    def fetch_arrow(self, select: str) -> pa.Table:
        """The rows of such a SELECT as an Arrow table."""
        statement = read_statement(self._with_tables(select))
        used = {name: self.parameters[name] for name in statement.named_parameters}
        return self.connection.sql(statement, params=used).to_arrow_table()

    def _with_tables(self, select: str) -> str:
        named = ",\n".join(f"{name} as (\n{sql}\n)" for name, sql in self.tables.items())
        return f"with {named}\nselect * from (\n{select}\n)" if named else select

    def register(self, rows: pa.Table) -> str:
        """Make rows that science computed readable by the statement; the name to read them by."""
        name = f"computed_{next(_serial)}"
        self.connection.register(name, rows)
        self.registered.append(name)
        return name

    def release(self) -> None:
        """Forget what was registered."""
        while self.registered:
            self.connection.unregister(self.registered.pop())

    def define(self, name: str, sql: str) -> str:
        """A named subquery in front of the statement; returns its name."""
        self.tables[name] = sql
        return name

    def undivide(self) -> None:
        """Ask for one row over all groups; a restriction to groups still holds."""
        self.restricting = self.keys
        self.keys = ()

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Names of the grouping columns, each once."""
        return tuple(dict.fromkeys(key.alias for key in self.keys))

    @property
    def period_column(self) -> tuple[str, ...]:
        """('period',) where a grain is asked."""
        return ("period",) if self.span.grain else ()

    def note(self, zh: str, en: str) -> None:
        """Tell the asker something about the numbers, once."""
        said = {"zh": zh, "en": en}
        if said not in self.notes:
            self.notes.append(said)


def filter_keys(catalog: Catalog, filters: tuple[Filter, ...]) -> tuple[tuple[Key, Filter], ...]:
    """Filters with the ways that they speak of."""
    return tuple((resolve_key(catalog, one.dimension), one) for one in filters)
