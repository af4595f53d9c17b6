"""The triggers of a PostgreSQL store: per statement, over its transition tables, with a JSON image before.

Which tables get them is decided in changelog.py; here is only SQL.
"""

from __future__ import annotations

from sqlalchemy import Table

Triggers = tuple[tuple[str, ...], tuple[str, ...]]
COLUMNS = "(entity, first_id, last_id, op, changed_at, context_id, before)"
NOW = "clock_timestamp() AT TIME ZONE 'utc'"
CONTEXT = "nullif(current_setting('yingke.context', true), '')::bigint"

# A position in the feed is a horizon of transactions, not a sequence number: a transaction that takes
# its number early and commits late would be missed. So every row of the log carries its transaction.
TRANSACTION_COLUMN = (
    "ALTER TABLE change_log ADD COLUMN IF NOT EXISTS xid xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX IF NOT EXISTS ix_change_log_xid ON change_log (xid)",
)


def logging(table: Table, watched: tuple[str, ...], *, append_only: bool) -> Triggers:
    """Names and DDL of the triggers that log inserts, updates of watched columns, deletes and truncation."""
    name = table.name
    differs = f"({_row('o', watched)}) IS DISTINCT FROM ({_row('n', watched)})"
    inserted = _function(name, "insert", f"SELECT {_entry(name, 'n.id', 'insert', 'NULL')} FROM new_rows n")
    made = {insert_trigger(name): (inserted, "AFTER INSERT", "REFERENCING NEW TABLE AS new_rows")}
    if append_only:
        names, statements = forbidding(table, ())
        return (*made, *names), (*_create(name, made), *statements)
    updated = _function(
        name,
        "update",
        "SELECT "
        + _entry(
            name,
            "coalesce(o.id, n.id)",
            "update",
            "row_to_json(o)",
            op="CASE WHEN n.id IS NULL THEN 'delete' WHEN o.id IS NULL THEN 'insert' ELSE 'update' END",
        )
        + f" FROM old_rows o FULL JOIN new_rows n ON n.id = o.id WHERE {differs}",
    )
    gone = f"SELECT {_entry(name, 'o.id', 'delete', 'row_to_json(o)')} FROM"
    deleted = _function(name, "delete", f"{gone} old_rows o")
    emptied = _function(name, "truncate", f'{gone} "{name}" o')
    made |= {
        f"log_{name}_update": (
            updated,
            "AFTER UPDATE",
            "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        ),
        f"log_{name}_delete": (deleted, "AFTER DELETE", "REFERENCING OLD TABLE AS old_rows"),
        f"log_{name}_truncate": (emptied, "BEFORE TRUNCATE", ""),
    }
    return tuple(made), _create(name, made)


def forbidding(table: Table, key: tuple[str, ...]) -> Triggers:
    """Names and DDL of the triggers that refuse to change or delete rows of an append-only table."""
    name = table.name
    function = (
        f'CREATE OR REPLACE FUNCTION "keep_{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"RAISE EXCEPTION '{name} is append-only: its rows are never changed or deleted'; END $$"
    )
    made = {f"keep_{name}_rows": "BEFORE UPDATE OR DELETE", f"keep_{name}_truncate": "BEFORE TRUNCATE"}
    statements = [function]
    for trigger, moment in made.items():
        each = "FOR EACH STATEMENT" if "TRUNCATE" in moment else "FOR EACH ROW"
        statements += [_drop(trigger, name), _attach(trigger, name, moment, each, f"keep_{name}")]
    return tuple(made), tuple(statements)


def insert_trigger(name: str) -> str:
    """The name of the trigger that logs inserts into a table."""
    return f"log_{name}_insert"


def _row(alias: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f'{alias}."{column}"' for column in columns)


def _entry(name: str, row_id: str, kind: str, before: str, op: str = "") -> str:
    return f"'{name}', {row_id}, {row_id}, {op or repr(kind)}, {NOW}, {CONTEXT}, {before}"


def _function(name: str, event: str, select: str) -> str:
    return (
        f'CREATE OR REPLACE FUNCTION "log_{name}_{event}"() RETURNS trigger LANGUAGE plpgsql '
        "SET search_path FROM CURRENT AS $$ BEGIN "
        f"INSERT INTO change_log {COLUMNS} {select}; RETURN NULL; END $$"
    )


def _create(table: str, made: dict[str, tuple[str, str, str]]) -> tuple[str, ...]:
    statements = []
    for trigger, (function, moment, rows) in made.items():
        each = f"{rows} FOR EACH STATEMENT"
        statements += [function, _drop(trigger, table), _attach(trigger, table, moment, each, trigger)]
    return tuple(statements)


def _drop(trigger: str, table: str) -> str:
    return f'DROP TRIGGER IF EXISTS "{trigger}" ON "{table}"'


def _attach(trigger: str, table: str, moment: str, each: str, function: str) -> str:
    return f'CREATE TRIGGER "{trigger}" {moment} ON "{table}" {each} EXECUTE FUNCTION "{function}"()'
