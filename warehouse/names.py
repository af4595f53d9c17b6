"""What the values of a dimension are called in a language, where records or codes have a name of their own for it.

Answers hold the names and codes that records bear; pages look up here what to show in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.catalog import load_catalog

if TYPE_CHECKING:
    from warehouse.connect import Connection

TERMS = "core.term"


def names_in(connection: Connection, dimension: str, language: str) -> dict[str, str]:
    """Value -> name in 'zh' or 'en', of a dimension such as `region` or `customer.industry`; values without are missing.

    Records are called by the column `<title>_<language>` of their table, codes by their terms. Of two records with
    one name but two translations, the first by alphabet is taken. A state that was published before there were
    such columns has no names.
    """
    name = dimension.rpartition(".")[2]
    declared = load_catalog().dimensions.get(name)
    if declared is not None and declared.table:
        table, value, called, among = declared.table, declared.title, f"{declared.title}_{language}", "true"
    else:
        table, value, called, among = TERMS, "code", f"name_{language}", "vocabulary = $name"
    if called not in _columns(connection, table):
        return {}
    rows = connection.cursor().execute(
        f"select {value}, min({called}) from {table} where {called} <> '' and {among} group by 1",
        {"name": name} if "$name" in among else {},
    )
    return dict(rows.fetchall())


def _columns(connection: Connection, table: str) -> set[str]:
    schema, _, name = table.partition(".")
    rows = connection.cursor().execute(
        "select column_name from information_schema.columns where table_schema = ? and table_name = ?",
        [schema, name],
    )
    return {column for (column,) in rows.fetchall()}
