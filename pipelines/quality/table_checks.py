"""Checks of the tables, read off their headers: the key is unique and filled, and every `checks` condition holds.

A table that was changed by rows is looked at in those rows; a whole one, or one that failed before, as a whole.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.build_state import facts, remember
from pipelines.quality.expectation import (
    BLOCKING,
    WARNING,
    Expectation,
    between,
    count_broken,
    holds,
    in_column,
    not_null,
    quoted,
    tuple_of,
    unique,
)
from pipelines.quality.reconcile import LARGE
from pipelines.quality.results import Finding, failing_tables, keep_results
from warehouse.increment import rows_anew
from warehouse.table import Table, load_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.load import Loaded
    from warehouse.connect import Connection
    from warehouse.increment import Built
    from warehouse.touched import Touched

_REFERENCE = re.compile(r"(\w+) in ((?:core|marts)\.\w+)")
_LIMIT = re.compile(r"(\w+) (>=|>|<=|<) (-?\d+(?:\.\d+)?)")
_STAGED = re.compile(r'staging\."?(\w+)"?')
_WARN = "warn:"
COMPLETE = "has every row"


def table_checks(table: Table, rows: str = "") -> tuple[Expectation, ...]:
    """The expectations of a table's header; repeated keys are sought in the table, or in another with `rows` of it."""
    found = [not_null(f"{column} is filled", column) for column in table.key]
    key, columns = tuple_of(table.key), ", ".join(quoted(column) for column in table.key)
    repeated = f"select {key} from {rows or table.name} group by {columns} having count(*) > 1"
    found.append(unique(f"{', '.join(table.key)} is unique", table.key, repeated))
    found += [_condition(text) for text in table.checks]
    return tuple(found)


def _condition(text: str) -> Expectation:
    severity = BLOCKING
    if text.startswith(_WARN):
        severity, text = WARNING, text.removeprefix(_WARN).strip()
    if reference := _REFERENCE.fullmatch(text):
        column, target = reference.groups()
        return in_column(
            text, column, _keys(load_tables()[target]), target.replace(".", "_"), severity=severity
        )
    if limit := _LIMIT.fullmatch(text):
        column, sign, number = limit[1], limit[2], Decimal(limit[3])
        side = {"minimum": number} if sign.startswith(">") else {"maximum": number}
        return between(text, column, strict="=" not in sign, severity=severity, **side)
    return holds(text, text, severity=severity)


def _keys(target: Table) -> str:
    """The keys that a reference may have: the target's, and those of its records under quarantine.

    A record that is set aside is already shown with its reason; what refers to it is not wrong too.
    """
    key = target.key[0]
    entity = next((name for name, column in target.follows.items() if column == key), None)
    known = f"select {quoted(key)} from {target.name}"
    return f"{known} union all select id from meta.quarantine where entity = '{entity}'" if entity else known


def check_tables_built(build: Connection, loaded: Loaded, built: Iterable[Built]) -> list[str]:
    """Evaluate the checks of what was built; names of checks on which Great Expectations disagrees with SQL."""
    disagreements: list[str] = []
    found: dict[str, list[Finding]] = {}
    noted, failing = facts(build), failing_tables(build)
    for one in built:
        table = load_tables()[one.table]
        digest = hashlib.sha256(f"{table_checks(table)!r} {table.complete}".encode()).hexdigest()
        known = noted.get(f"checks of {table.name}") == digest
        before = table.name in failing
        if one.how == "skipped" and known and not before:
            continue
        if not known:
            remember(build, f"checks of {table.name}", digest)
        narrow = one.how == "rows" and known and not before
        found[table.name], disagree = _check(build, table, loaded.touched if narrow else None)
        disagreements += disagree
    keep_results(build, found)
    return disagreements


def _completeness(build: Connection, table: Table, source: str, touched: Touched | None) -> Finding:
    """No row was lost or doubled on the way: counted on both sides, and both times whole.

    After an increment of a table as large as the reconciliation calls it, only among the touched ids, which are its
    keys: the nightly build counts it whole.
    """
    counts = [f"select count(*) from {source}", f"select count(*) from {table.name}"]
    staged = _STAGED.match(source)
    if touched is not None and staged and build.execute(counts[1]).fetchall()[0][0] > LARGE:
        joint = "and" if " where " in source else "where"
        counts[0] += f" {joint} {touched.condition('id', staged[1])}"
        counts[1] += f" where {touched.condition(quoted(table.key[0]), staged[1])}"
    wanted, got = build.execute(f"select ({counts[0]}), ({counts[1]})").fetchall()[0]
    detail = {
        "expectation_type": "expect_table_row_count_to_equal",
        "kwargs": {"value": wanted},
        "success": wanted == got,
        "result": {"observed_value": got, "source": source},
    }
    return COMPLETE, abs(wanted - got), BLOCKING, detail


def _check(build: Connection, table: Table, touched: Touched | None) -> tuple[list[Finding], list[str]]:
    """Look at a whole table, or at what stands in it now under the first keys of rows that were made anew.

    What is found, and the names of checks on which Great Expectations disagrees with SQL.
    """
    first, rows = quoted(table.key[0]), ""
    anew = rows_anew(table) if touched is not None else ""
    if anew:
        rows = "looked_at"
        build.execute(
            f"create or replace temp table {rows} as "
            f"select * from {table.name} where {first} in (select {first} from {anew})"
        )
    expectations = table_checks(table, rows)
    counts = count_broken(build, rows or table.name, expectations, few=bool(anew))
    details = {one.name: one.result(count) for one, count in zip(expectations, counts, strict=True)}
    disagree: list[str] = []
    if any(counts):
        from pipelines.quality.great import validate_rows

        failing = " or ".join(f"coalesce({one.fails}, false)" for one in expectations)
        said, disagree = validate_rows(build, table.name, f"({failing})", expectations)
        for one, count, result in zip(expectations, counts, said, strict=True):
            details[one.name] = result | {"unexpected_count": count, "success": count == 0}
    results = [
        (one.name, count, one.severity, details[one.name])
        for one, count in zip(expectations, counts, strict=True)
    ]
    if table.complete is not None:
        results.append(_completeness(build, table, table.complete, touched))
    return results, [f"{table.name}: {name}" for name in disagree]
