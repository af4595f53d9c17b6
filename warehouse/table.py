"""A table of the warehouse is one SQL file: a TOML header, then one SELECT; read here, ordered, built whole.

Bringing a table up to date after a few changes is the business of increment; what a table means, of its file.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from warehouse.connect import Connection, parser
from warehouse.label import Label

FOLDER = Path(__file__).parent / "tables"
_FILE = re.compile(r"\s*/\*(?P<header>.*?)\*/(?P<select>.*)", re.DOTALL)
_KNOWN = {
    "grain",
    "owner",
    "entity",
    "key",
    "checks",
    "complete",
    "follows",
    "as_of",
    "versions_of",
    "holder",
    "read_by_holder",
    "scope",
    "record",
    "record_entity",
    "derived_from",
    "instants",
}
_NEEDED = {"grain", "owner", "key"}


class TableInvalid(Exception):
    """A table's file breaks the rules; the sentence names the file and what is wrong."""


@dataclass(frozen=True)
class Table:
    """One declared table.

    `entity` is the one whose permissions govern its rows (None: everybody who may ask). `follows` maps a
    staging table to the output column that carries its ids, `as_of` one to the columns with the id and the day by
    which a row looks up its attributes of that day, in the table that has the `versions_of` it. Where rows are
    computed from each other, `holder` names the output columns that such rows share, and `read_by_holder` gives these
    columns as they are called in the inputs: the rows of a holder are made of its own input rows only, and made anew
    together, also when one comes or goes there. `scope` says where a column of the asker's scope is found: a column, or `dimension.column` for today's attribute; several are alternatives; under one that is
    not found nothing is seen. `record` is the column with the natural key of the record behind a
    row, or `[table, joining column, key column]`. `derived_from` names the fact whose rows it sums up holder by
    holder: under a scope it is derived again from those rows that the asker may see. `instants` gives for columns
    that are days of instants these instants, in SQL of the row's own columns: UTC, or on the wall where their name ends
    in _local. Other columns of days are of things that are kept by the day.
    """

    name: str
    header: Mapping[str, Any] = field(repr=False)
    select: str = field(repr=False)

    @property
    def schema(self) -> str:
        """core or marts."""
        return self.name.partition(".")[0]

    @property
    def grain(self) -> Label:
        """What one row is."""
        return Label.read(self.header["grain"])

    @property
    def owner(self) -> str:
        """The department that answers for it."""
        return str(self.header["owner"])

    @property
    def entity(self) -> str | None:
        """The entity whose permissions govern the rows."""
        return self.header.get("entity")

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that name a row uniquely."""
        return tuple(self.header["key"])

    @property
    def checks(self) -> tuple[str, ...]:
        """Conditions that every row must meet."""
        return tuple(self.header.get("checks", ()))

    @property
    def complete(self) -> str | None:
        """What the table must have as many rows as: a staging view, with a condition where rows may be left out.

        The key of a row is then the id of the row that it stands for.
        """
        return self.header.get("complete")

    @property
    def follows(self) -> dict[str, str]:
        """Staging table -> output column with its ids; empty where the table is always built whole."""
        return dict(self.header.get("follows", {}))

    @property
    def as_of(self) -> dict[str, tuple[str, str]]:
        """Entity -> the columns with its id and with the day on which a row looks up its attributes.

        What a row looks up so must be looked up by a left join, so that the row exists without it.
        """
        return {entity: (column, day) for entity, (column, day) in self.header.get("as_of", {}).items()}

    @property
    def versions_of(self) -> str | None:
        """The entity of whose attributes this table says from when to when they held: valid_from, valid_to."""
        return self.header.get("versions_of")

    @property
    def holder(self) -> tuple[str, ...]:
        """Columns that rows computed from each other share; empty where every row is computed by itself."""
        return tuple(self.header.get("holder", ()))

    @property
    def read_by_holder(self) -> dict[str, tuple[str, ...]]:
        """Input -> its columns that say whose a row is, of inputs of which a holder needs no more than its own rows."""
        return {
            name: (columns,) if isinstance(columns, str) else tuple(columns)
            for name, columns in self.header.get("read_by_holder", {}).items()
        }

    @property
    def scope(self) -> dict[str, tuple[str, ...]]:
        """Column of a scope -> the places where it is found, any of which admits the row."""
        return {
            column: (places,) if isinstance(places, str) else tuple(places)
            for column, places in self.header.get("scope", {}).items()
        }

    @property
    def record(self) -> str | tuple[str, str, str] | None:
        """Where the natural key of the record behind a row stands."""
        place = self.header.get("record")
        return tuple(place) if isinstance(place, list) else place

    @property
    def record_entity(self) -> str | None:
        """The entity of that record, or the column that names it; the governing entity where nothing else is said."""
        return self.header.get("record_entity", self.entity)

    @property
    def derived_from(self) -> str | None:
        """The fact whose history this table sums up."""
        return self.header.get("derived_from")

    @cached_property
    def _syntax(self) -> dict[str, Any]:
        return _parse(self.name, self.select)

    @cached_property
    def depends_on(self) -> tuple[str, ...]:
        """Schema-qualified tables that the SELECT reads, sorted."""
        return tuple(sorted(set(_base_tables(self._syntax))))

    @property
    def instants(self) -> dict[str, str]:
        """Column of a day -> the instant that it is the day of."""
        return dict(self.header.get("instants", {}))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the output columns, in order."""
        return tuple(_output_columns(self.name, self._syntax["statements"][0]["node"]))


def _parse(name: str, select: str) -> dict[str, Any]:
    row = parser().cursor().execute("select json_serialize_sql(?)", [select]).fetchone()
    syntax: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if syntax["error"] or len(syntax["statements"]) != 1:
        raise TableInvalid(f"{name}: not one SELECT: {syntax.get('error_message', 'several statements')}")
    return syntax


def _base_tables(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node["schema_name"]:
            yield f"{node['schema_name']}.{node['table_name']}"
        for child in node.values():
            yield from _base_tables(child)
    elif isinstance(node, list):
        for child in node:
            yield from _base_tables(child)


def _output_columns(name: str, node: dict[str, Any]) -> Iterator[str]:
    while "select_list" not in node:
        node = node["children"][0] if node.get("children") else node["left"]
    for output in node["select_list"]:
        column = output["alias"] or (output.get("column_names") or [None])[-1]
        if column is None:
            raise TableInvalid(f"{name}: every output column needs a name, '{output['class']}' has none.")
        yield column


def read_table(path: Path) -> Table:
    """The table that a file declares; its name is folder.file. TableInvalid says what is wrong."""
    name = f"{path.parent.name}.{path.stem}"
    parts = _FILE.fullmatch(path.read_text(encoding="utf-8"))
    if parts is None:
        raise TableInvalid(f"{name}: begin with a TOML header in /* */, then one SELECT.")
    try:
        header = tomllib.loads(parts["header"])
    except tomllib.TOMLDecodeError as problem:
        raise TableInvalid(f"{name}: the header is no TOML: {problem}") from None
    if strange := header.keys() - _KNOWN:
        raise TableInvalid(f"{name}: unknown in the header: {', '.join(sorted(strange))}")
    if missing := _NEEDED - header.keys():
        raise TableInvalid(f"{name}: missing in the header: {', '.join(sorted(missing))}")
    if not isinstance(header["grain"], dict) or header["grain"].keys() != {"zh", "en"}:
        raise TableInvalid(f'{name}: write the grain as {{ zh = "…", en = "…" }}.')
    table = Table(name, MappingProxyType(header), parts["select"].strip().rstrip(";"))
    named = {
        *table.key,
        *table.holder,
        *table.follows.values(),
        *chain.from_iterable(table.as_of.values()),
        *table.instants,
    }
    if absent := named - set(table.columns):
        raise TableInvalid(
            f"{name}: the header names columns that it does not have: {', '.join(sorted(absent))}"
        )
    if unread := table.read_by_holder.keys() - set(table.depends_on):
        raise TableInvalid(f"{name}: read_by_holder names what it does not read: {', '.join(sorted(unread))}")
    if any(len(columns) != len(table.holder) for columns in table.read_by_holder.values()):
        raise TableInvalid(f"{name}: read_by_holder needs a column for each of holder.")
    return table


@lru_cache(maxsize=1)
def load_tables() -> dict[str, Table]:
    """Every declared table by name; a dependency that nobody declares is refused here, not at build."""
    tables = {table.name: table for table in map(read_table, sorted(FOLDER.glob("*/*.sql")))}
    for table in tables.values():
        for needed in table.depends_on:
            if needed.partition(".")[0] in ("core", "marts") and needed not in tables:
                raise TableInvalid(f"{table.name}: reads {needed}, which is not declared.")
        if missing := table.as_of.keys() - {one.versions_of for one in tables.values()}:
            raise TableInvalid(
                f"{table.name}: as_of names what has no versions: {', '.join(sorted(missing))}"
            )
    return tables


@lru_cache(maxsize=1)
def build_order() -> tuple[Table, ...]:
    """The tables so that each comes after those that it reads."""
    tables = load_tables()
    graph = {name: [one for one in table.depends_on if one in tables] for name, table in tables.items()}
    try:
        return tuple(tables[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as problem:
        raise TableInvalid(f"Tables read each other in a circle: {' > '.join(problem.args[1])}") from None


def build_table(connection: Connection, table: Table) -> None:
    """Build a table whole, replacing what was there."""
    connection.execute(f"create or replace table {table.name} as {table.select}")
