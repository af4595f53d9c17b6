"""Checks of the tables, read off their headers: the key is unique and filled, and every `checks` condition holds.

A table that was changed by rows is looked at in those rows, in one statement; a whole one, or one that failed before
or now, as a whole, and row by row where something is wrong.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.build_state import facts, remember
from pipelines.quality.expectation import (
    BLOCKING,
    EVERY_ROW,
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
    noted, failing, large = facts(build), failing_tables(build), _large_tables(build)
    for one in built:
        table = load_tables()[one.table]
        digest = hashlib.sha256(f"{table_checks(table)!r} {table.complete}".encode()).hexdigest()
        known = noted.get(f"checks of {table.name}") == digest
        before = table.name in failing
        if one.how == "skipped" and known and not before:
            continue
        if not known:
            remember(build, f"checks of {table.name}", digest)
        if one.how == "rows" and known and not before:
            counted_whole = table.name not in large
            if (sound := _sound_anew(build, table, None if counted_whole else loaded.touched)) is not None:
                found[table.name] = sound
                continue
        found[table.name], disagree = _check(build, table)
        disagreements += disagree
    keep_results(build, found)
    return disagreements


def _large_tables(build: Connection) -> set[str]:
    rows = build.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where estimated_size > ?", [LARGE]
    ).fetchall()
    return {name for (name,) in rows}


def _sound_anew(build: Connection, table: Table, touched: Touched | None) -> list[Finding] | None:
    """What is found of rows that were just made anew, where all is well; None where the table must be looked at.

    Looked at is what stands in the table under their keys: as many rows, so that none was left over or there before.
    `touched`: of a table as large as the reconciliation calls it, completeness is counted among the touched ids only,
    which are its keys; the nightly build counts it whole.
    """
    anew = rows_anew(table)
    expectations = table_checks(table, anew)
    broken = [f"count(*) filter (where {one.fails_among(anew, EVERY_ROW)})" for one in expectations]
    keys = ", ".join(quoted(column) for column in table.key)
    counts = [*broken, "count(*)", f"(select count(*) from {anew})"]
    if table.complete is not None:
        counts += [f"({one})" for one in _both_sides(table, table.complete, touched)]
    standing = f"{table.name} semi join {anew} using ({keys})"
    row = build.execute(f"select {', '.join(counts)} from {standing}").fetchall()[0]
    few, found, made, *complete = row[: len(broken)], *row[len(broken) :]
    if any(few) or found != made or len(set(complete)) > 1:
        return None
    results = [(one.name, 0, one.severity, one.result(0)) for one in expectations]
    if table.complete is not None:
        results.append(_completeness(table.complete, *complete))
    return results


def _both_sides(table: Table, source: str, touched: Touched | None = None) -> tuple[str, str]:
    """Statements that count the rows of a source and of the table, all or those of touched ids."""
    counts = [f"select count(*) from {source}", f"select count(*) from {table.name}"]
    staged = _STAGED.match(source)
    if touched is not None and staged:
        joint = "and" if " where " in source else "where"
        counts[0] += f" {joint} {touched.condition('id', staged[1])}"
        counts[1] += f" where {touched.condition(quoted(table.key[0]), staged[1])}"
    return counts[0], counts[1]


def _completeness(source: str, wanted: int, got: int) -> Finding:
    """No row was lost or doubled on the way: counted on both sides."""
    detail = {
        "expectation_type": "expect_table_row_count_to_equal",
        "kwargs": {"value": wanted},
        "success": wanted == got,
        "result": {"observed_value": got, "source": source},
    }
    return COMPLETE, abs(wanted - got), BLOCKING, detail


def _check(build: Connection, table: Table) -> tuple[list[Finding], list[str]]:
    """Look at a whole table: what is found, and names of checks on which Great Expectations disagrees with SQL."""
    expectations = table_checks(table)
    counts = count_broken(build, table.name, expectations)
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
        wanted, got = (build.execute(side).fetchall()[0][0] for side in _both_sides(table, table.complete))
        results.append(_completeness(table.complete, wanted, got))
    return results, [f"{table.name}: {name}" for name in disagree]
