"""The triggers of a SQLite store: one row of change_log per changed row, with a JSON image of the row before.

Which tables get them is decided in changelog.py; here is only SQL.
"""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

PAIRS_PER_CALL = 50  # SQLite's functions take at most 127 arguments
NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"  # UTC, as SQLAlchemy writes it
CONTEXT = "(SELECT context_id FROM current_context)"
LOG = "INSERT INTO change_log (entity, first_id, last_id, op, changed_at, context_id, before)"
Triggers = tuple[tuple[str, ...], tuple[str, ...]]


def logging(table: Table, watched: tuple[str, ...], *, append_only: bool) -> Triggers:
    """Names and DDL of the triggers that log inserts, updates of watched columns, and deletes of a table."""
    name = table.name
    image = row_image(table, "OLD")
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in watched)
    made = {
        insert_trigger(name): f'AFTER INSERT ON "{name}" BEGIN {_log(name, "NEW.id", "insert", "NULL")}; END',
    }
    if append_only:
        names, statements = forbidding(table, ("id", *_natural_key(table)))
        return (*made, *names), (*_create(made), *statements)
    if key := _natural_key(table):
        made[f"log_{name}_replace"] = _replaced(table, key)
    moved = _log(name, "NEW.id", "insert", "NULL", where="OLD.id <> NEW.id")
    made[f"log_{name}_update"] = (
        f'AFTER UPDATE ON "{name}" WHEN {differs} BEGIN {_log(name, "OLD.id", "update", image)}; {moved}; END'
    )
    made[f"log_{name}_delete"] = (
        f'AFTER DELETE ON "{name}" BEGIN {_log(name, "OLD.id", "delete", image)}; END'
    )
    return tuple(made), _create(made)


def forbidding(table: Table, key: tuple[str, ...]) -> Triggers:
    """Names and DDL of the triggers that refuse to change or delete rows of an append-only table.

    INSERT OR REPLACE would delete without firing a delete trigger, so a key that exists is refused too.
    """
    name = table.name
    refuse = f"SELECT RAISE(ABORT, '{append_only_sentence(name)}')"
    first, *rest = key
    same = f'"{first}" = NEW."{first}"'
    if rest:
        same += " OR (" + " AND ".join(f'"{column}" = NEW."{column}"' for column in rest) + ")"
    made = {
        f"keep_{name}_update": f'BEFORE UPDATE ON "{name}" BEGIN {refuse}; END',
        f"keep_{name}_delete": f'BEFORE DELETE ON "{name}" BEGIN {refuse}; END',
        replace_trigger(name): (
            f'BEFORE INSERT ON "{name}" WHEN EXISTS (SELECT 1 FROM "{name}" WHERE {same}) BEGIN {refuse}; END'
        ),
    }
    return tuple(made), _create(made)


def append_only_sentence(name: str) -> str:
    """Why a row of an append-only table was not changed, as the database says it."""
    return f"{name} is append-only: its rows are never changed or deleted"


def insert_trigger(name: str) -> str:
    """The name of the trigger that logs inserts into a table."""
    return f"log_{name}_insert"


def replace_trigger(name: str) -> str:
    """The name of the trigger that refuses to replace a row of an append-only table."""
    return f"keep_{name}_insert"


def row_image(table: Table, row: str) -> str:
    """An expression for the JSON of a whole row (`OLD` or an alias), as it is stored."""
    pairs = [f"'{column.name}', {row}.\"{column.name}\"" for column in table.columns]
    calls = [
        f"json_object({', '.join(pairs[start : start + PAIRS_PER_CALL])})"
        for start in range(0, len(pairs), PAIRS_PER_CALL)
    ]
    image = calls[0]
    for call in calls[1:]:
        image = f"substr({image}, 1, length({image}) - 1) || ',' || substr({call}, 2)"
    return image


def unique_keys(table: Table) -> list[tuple[str, ...]]:
    """The column sets by which a row of the table is unique, its primary key first."""
    keys = [tuple(column.name for column in table.primary_key.columns)]
    uniques = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    keys.extend(tuple(column.name for column in one.columns) for one in uniques)
    return keys


def _replaced(table: Table, key: tuple[str, ...]) -> str:
    """Log the row that plain SQL may be about to replace: SQLite fires no delete trigger for it."""
    same = " AND ".join(f'o."{column}" = NEW."{column}"' for column in key)
    row = f"'{table.name}', o.id, o.id, 'update', {NOW}, NULL, {row_image(table, 'o')}"
    return (
        f'BEFORE INSERT ON "{table.name}" WHEN NOT EXISTS (SELECT 1 FROM current_context) BEGIN '
        f'{LOG} SELECT {row} FROM "{table.name}" o WHERE {same}; END'
    )


def _natural_key(table: Table) -> tuple[str, ...]:
    keys = unique_keys(table)
    return keys[1] if len(keys) > 1 else ()


def _log(name: str, row_id: str, op: str, before: str, where: str = "") -> str:
    condition = f" WHERE {where}" if where else ""
    return f"{LOG} SELECT '{name}', {row_id}, {row_id}, '{op}', {NOW}, {CONTEXT}, {before}{condition}"


def _create(made: dict[str, str]) -> tuple[str, ...]:
    statements = []
    for name, body in made.items():
        statements += [f'DROP TRIGGER IF EXISTS "{name}"', f'CREATE TRIGGER "{name}" {body}']
    return tuple(statements)
