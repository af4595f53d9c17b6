"""What the published warehouse says of its own soundness: check results and rows under quarantine.

How checks are made is the pipelines' business; figures of quality are asked like any other metric.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def check_results(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The newest result of every check, failed ones first: table, check, success, severity, unexpected_count."""
    if not _exists(connection, "check_result"):
        return []
    rows = connection.execute(
        'select "table", "check", success, severity, unexpected_count from meta.check_result '
        'qualify row_number() over (partition by "table", "check" order by checked_at desc) = 1 '
        'order by success, "table", "check"'
    ).fetchall()
    names = ("table", "check", "success", "severity", "unexpected_count")
    return [dict(zip(names, row, strict=True)) for row in rows]


def quarantined_rows(
    connection: duckdb.DuckDBPyConnection, scope: Mapping[str, Any] | None, limit: int
) -> list[dict[str, Any]]:
    """Rows set aside, newest first, of the entities that the asker may read as a whole, all rows and fields; with the record's key where there is one."""
    if not _exists(connection, "quarantine"):
        return []
    rows = connection.execute(
        "select entity, id, rule, reason, since from meta.quarantine order by since desc, entity, id limit ?",
        [limit],
    ).fetchall()
    found = [dict(zip(("entity", "id", "rule", "reason", "since"), row, strict=True)) for row in rows]
    if scope is not None:  # a narrowed reader sees only what nothing narrows: a reason tells a field's value
        found = [row for row in found if row["entity"] in scope and not scope[row["entity"]]]
    return [{**row, "record": _key(connection, row["entity"], row["id"])} for row in found]


def _key(connection: duckdb.DuckDBPyConnection, entity: str, row_id: int) -> str | None:
    """The natural key of a record, from whichever of the usual key columns its table has."""
    columns = {
        name
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_schema = 'raw' and table_name = ?",
            [entity],
        ).fetchall()
    }
    column = next((name for name in ("number", "code", "serial") if name in columns), None)
    if column is None:
        return None
    row = connection.execute(f'select "{column}" from raw."{entity}" where id = ?', [row_id]).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    row = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'meta' and table_name = ?",
        [table],
    ).fetchone()
    return bool(row and row[0])
