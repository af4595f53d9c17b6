"""Which rows a load touched: what every later step of an increment narrows its work to.

Only ids are kept here; what is done with them is the business of landing and increment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from warehouse.landing import RawTable


class Touched:
    """Ids by table: single ones in a temporary table of the build connection, ranges as pairs."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._ranges: dict[str, list[tuple[int, int]]] = {}
        self._tables: set[str] = set()
        self._whole: set[str] = set()
        self._documents: dict[str, str] = {}
        connection.execute("create or replace temp table touched (entity VARCHAR, id BIGINT)")

    def __contains__(self, table: str) -> bool:
        return table in self._tables

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables with touched rows."""
        return frozenset(self._tables)

    def add(self, table: str, ranges: Iterable[tuple[int, int]]) -> None:
        """Note ids as inclusive ranges; a range of one is a single id."""
        import pyarrow as pa

        singles = []
        for first, last in ranges:
            if first == last:
                singles.append(first)
            else:
                self._ranges.setdefault(table, []).append((first, last))
            self._tables.add(table)
        if singles:
            arriving = pa.table({"id": singles})
            self._connection.register("arriving", arriving)
            self._connection.execute("insert into touched select distinct ?, id from arriving", [table])
            self._connection.unregister("arriving")

    def add_everything(self, table: str) -> None:
        """Note that all rows of a table are to be taken as touched."""
        self._whole.add(table)
        self._tables.add(table)

    def parents(self, table: RawTable) -> list[tuple[int, int]]:
        """Ids of the documents whose lines are touched now, as `raw` has them, as ranges of one."""
        if table.parent is None or table.name not in self._tables:
            return []
        found = self._connection.execute(
            f'select distinct {table.parent}_id from raw."{table.name}" where {self.condition("id", table.name)}'
        ).fetchall()
        return [(number, number) for (number,) in found if number is not None]

    def add_parents(self, table: RawTable) -> None:
        """Note the documents whose lines are touched now, as `raw` has them."""
        if table.parent is not None:
            self._documents[table.name] = table.parent
            if table.parent not in self._whole:
                self.add(table.parent, self.parents(table))

    def document_of(self, table: str) -> str | None:
        """The table whose touched ids cover those of a table of lines."""
        return self._documents.get(table)

    def condition(self, column: str, table: str) -> str:
        """SQL that holds where a column has a touched id of a table; both are names of ours."""
        if table in self._whole:
            return "true"
        parts = [f"{column} in (select id from touched where entity = '{table}')"]
        parts += [f"{column} between {first} and {last}" for first, last in self._ranges.get(table, [])]
        return "(" + " or ".join(parts) + ")"
