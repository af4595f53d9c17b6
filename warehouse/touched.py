"""Which rows a load touched: what every later step of an increment narrows its work to.

Only ids are kept here; what is done with them is the business of landing and increment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from warehouse.landing import RawTable


WRITTEN_OUT = (
    20_000  # ids up to which a condition lists them: a list is applied at the scan, a subquery at the top
)


ALWAYS = "date '0001-01-01'"  # since ever


class Touched:
    """Ids by table, in a temporary table of the build connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._tables: set[str] = set()
        self._whole: set[str] = set()
        self._documents: dict[str, str] = {}
        self._listed: dict[tuple[str, ...], str] = {}
        self._changed: dict[str, list[tuple[str, str]]] = {}
        connection.execute("create or replace temp table touched (entity VARCHAR, id BIGINT)")
        connection.execute("create or replace temp table changed (entity VARCHAR, id BIGINT, since DATE)")

    def __contains__(self, table: str) -> bool:
        return table in self._tables

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables with touched rows."""
        return frozenset(self._tables)

    def add(self, table: str, ranges: Iterable[tuple[int, int]]) -> None:
        """Note ids as inclusive ranges; a range of one is a single id."""
        import pyarrow as pa

        pairs = list(ranges)
        if not pairs or table in self._whole:
            return
        self._tables.add(table)
        self._listed.clear()
        arriving = pa.table({"first": [first for first, _ in pairs], "last": [last for _, last in pairs]})
        self._connection.register("arriving", arriving)
        self._connection.execute(
            "insert into touched select ?, unnest(range(first, last + 1)) from arriving", [table]
        ).fetchall()
        self._connection.unregister("arriving")

    def put_found(self, name: str, select: str) -> None:
        """Note the ids that a SELECT gives; also under the name of a model whose rows changed."""
        found = self._connection.execute(f"insert into touched select '{name}', * from ({select})").fetchall()
        if found and found[0][0]:
            self._tables.add(name)
            self._listed.clear()

    def put_changed(self, entity: str, select: str) -> None:
        """Note the records that a SELECT gives, and the day from which on their attributes are other ones."""
        self._connection.execute(f"insert into changed select '{entity}', * from ({select})")
        found = self._connection.execute(
            f"select since <= {ALWAYS}, min(since) from changed where entity = '{entity}' group by 1 order by 2"
        ).fetchall()
        self._changed[entity] = [
            (
                ALWAYS if always else f"date '{since}'",
                f"select id from changed where entity = '{entity}' and {'' if always else 'not '}since <= {ALWAYS}",
            )
            for always, since in found
        ]

    def changed(self, entity: str) -> list[tuple[str, str]]:
        """Records whose attributes changed: the day from which at the earliest, and a SELECT of their ids.

        Those that have other ones on every day, such as new records, stand apart, for the others' day is late.
        """
        return self._changed.get(entity, [])

    def wholly(self, table: str) -> bool:
        """Whether all rows of a table are to be taken as touched."""
        return table in self._whole

    def add_everything(self, table: str) -> None:
        """Note that all rows of a table are to be taken as touched."""
        self._whole.add(table)
        self._tables.add(table)

    def add_parents(self, table: RawTable) -> None:
        """Note the documents whose lines are touched now, as `raw` has them."""
        if table.parent is None:
            return
        self._documents[table.name] = table.parent
        if table.name not in self._tables or table.parent in self._whole:
            return
        found = self._connection.execute(
            f'select distinct {table.document} from raw."{table.name}" '
            f"where {table.document} is not null and {self.condition('id', table.name)}"
        ).fetchall()
        self.add_documents(table, [number for (number,) in found])

    def add_documents(self, table: RawTable, ids: Iterable[int]) -> None:
        """Note the documents of touched lines of a table."""
        if table.parent is not None:
            self._documents[table.name] = table.parent
            self.add(table.parent, [(one, one) for one in ids])

    def document_of(self, table: str) -> str | None:
        """The table whose touched ids cover those of a table of lines."""
        return self._documents.get(table)

    def condition(self, column: str, *tables: str) -> str:
        """SQL that holds where a column of one table has a touched id; all are names of ours."""
        if any(table in self._whole for table in tables):
            return "true"
        return f"{column} in ({_select(tables)})"

    def written_out(self, column: str, *tables: str) -> str:
        """The same with the ids as a list, to narrow a SELECT of joins: that is applied where it begins.

        One list per column: an alternative of two lists would only be applied after every join.
        """
        if any(table in self._whole for table in tables):
            return "true"
        if tables not in self._listed:
            found = self._connection.execute(f"{_select(tables)} limit {WRITTEN_OUT + 1}").fetchall()
            listed = ", ".join(str(number) for (number,) in found) or "null"
            self._listed[tables] = listed if len(found) <= WRITTEN_OUT else _select(tables)
        return f"{column} in ({self._listed[tables]})"


def _select(tables: tuple[str, ...]) -> str:
    names = ", ".join(f"'{table}'" for table in tables)
    return f"select distinct id from touched where entity in ({names})"
