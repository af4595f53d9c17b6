"""From which day on the attributes of touched records are other ones, and which rows look them up on such a day.

A table of versions (`versions_of` in its header) says what held when; rows that look it up by a day are found here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.table import Table
from warehouse.touched import ALWAYS

if TYPE_CHECKING:
    import duckdb

    from warehouse.touched import Touched

FROM, TO = "valid_from", "valid_to"


def note_changed_days(
    connection: duckdb.DuckDBPyConnection, table: Table, touched: Touched, before: str, after: str
) -> None:
    """Note the first day on which each record's attributes differ between its versions before and after.

    Both are compared on every day on which a version begins or ends; where none holds, every attribute is null,
    which is what a row that looks it up finds there.
    """
    record = table.key[0]
    attributes = [column for column in table.columns if column not in (record, FROM, TO)]
    was, is_now = (", ".join(f"{side}.{column}" for column in attributes) for side in ("b", "a"))
    days = " union ".join(
        f"select {record} as record, {day} as day from {side}"
        for side in (before, after)
        for day in (FROM, TO)
    )
    held = "{0}.{1} = p.record and p.day >= {0}.{2} and p.day < {0}.{3}"
    touched.put_changed(
        table.versions_of or "",
        f"select p.record, min(p.day) from ({days}) as p "
        f"left join {before} as b on {held.format('b', record, FROM, TO)} "
        f"left join {after} as a on {held.format('a', record, FROM, TO)} "
        f"where row({was}) is distinct from row({is_now}) group by p.record",
    )


def note_looked_up(table: Table, touched: Touched) -> str | None:
    """Note the first keys of rows that look up what has changed by their day; under which name, None if there are none.

    Whether a row exists never depends on what it looks up so; all others were found by their own ids.
    """
    selects = []
    for entity, (column, day) in table.as_of.items():
        for days, changed in touched.changed(entity):
            when = f" and {table.name}.{day} >= {days}" if days != ALWAYS else ""
            selects.append(f"select {table.key[0]} from {table.name} where {column} in ({changed}){when}")
    noted = f"{table.name} as of"
    if selects:
        touched.put_found(noted, " union ".join(selects))
    return noted if noted in touched else None
