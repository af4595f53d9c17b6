"""Quarantine: touched rows that break a rule of their declaration are set aside until they are mended.

A row that enters or leaves counts as touched, so that the models follow; the rules stand in row_rules.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.build_state import facts, remember
from pipelines.quality.expectation import EVERY_ROW, Expectation, quoted
from pipelines.quality.results import WARNED, Finding, keep_results
from pipelines.quality.row_rules import row_rules
from pipelines.source import raw_tables

if TYPE_CHECKING:
    from pipelines.load import Loaded
    from warehouse.connect import Connection
    from warehouse.landing import RawTable

CHECK = "rows as declared"
NOTICED = 200  # rows that one notice names


@dataclass
class Quarantined:
    """What the rules found: rows under quarantine now, those that entered or left, and notices of the new ones.

    `aside` names the tables that had rows under quarantine before.
    """

    aside: frozenset[str] = frozenset()
    count: int = 0
    entered: int = 0
    left: int = 0
    notices: list[dict[str, Any]] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    results: dict[str, list[Finding]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any row entered or left."""
        return bool(self.entered or self.left)


def quarantine_rows(build: Connection, loaded: Loaded) -> Quarantined:
    """Evaluate the row rules on what the load touched, in one pass per table, and set aside what breaks them."""
    before = build.execute("select distinct entity from meta.quarantine").fetchall()
    found = Quarantined(frozenset(entity for (entity,) in before))
    known = facts(build)
    for table in raw_tables():
        rules = row_rules()[table.name]
        name, digest = f"rules of {table.name}", hashlib.sha256(repr(rules).encode()).hexdigest()
        if known.get(name) == digest:
            scope = _scope(loaded, table, rules, found.aside)
        else:
            remember(build, name, digest)
            scope = EVERY_ROW
        if scope is not None and rules:
            _evaluate(build, loaded, table, rules, scope, found)
    keep_results(build, found.results)
    row = build.execute("select count(*) from meta.quarantine").fetchall()
    found.count = int(row[0][0]) if row else 0
    return found


def _scope(
    loaded: Loaded, table: RawTable, rules: tuple[Expectation, ...], aside: frozenset[str]
) -> str | None:
    """Which rows must be looked at, as SQL; None where none can have changed its verdict."""
    parts = []
    if table.name in loaded.touched:
        parts.append(loaded.touched.condition("id", table.name))
    for column, target in _links(rules):
        if loaded.rows.get(target, {}).get("deleted"):
            parts.append(f"({loaded.touched.condition(quoted(column), target)})")
    if table.name in aside:
        parts.append(f"id in (select id from meta.quarantine where entity = '{table.name}')")
    return " or ".join(parts) or None


def _links(rules: tuple[Expectation, ...]) -> list[tuple[str, str]]:
    return [
        (str(rule.kwargs["column"]), parameter.removeprefix("raw_").removesuffix("_id"))
        for rule in rules
        for parameter in rule.parameters
    ]


def _evaluate(
    build: Connection,
    loaded: Loaded,
    table: RawTable,
    rules: tuple[Expectation, ...],
    scope: str,
    found: Quarantined,
) -> None:
    """Set aside what breaks a rule among the rows in question."""
    name, rows = table.name, f'raw."{table.name}"'
    fails = [rule.fails for rule in rules]
    if scope != EVERY_ROW:
        build.execute(f"create or replace temp table in_question as select * from {rows} where {scope}")
        rows = "in_question"
        fails = [rule.fails_among(rows, EVERY_ROW) for rule in rules]
    bits = " + ".join(f"(case when {one} then {1 << bit} else 0 end)" for bit, one in enumerate(fails))
    build.execute(
        f"create or replace temp table broken as select id, mask from "
        f"(select id, cast({bits} as bigint) as mask from {rows}) where mask > 0"
    )
    masks = [mask for (mask,) in build.execute("select distinct mask from broken").fetchall()]
    if not masks and name not in found.aside:
        found.results[f"staging.{name}"] = [(CHECK, 0, WARNED, [])]
        return
    _say_why(build, rules, masks)
    left = _ids(
        build, f"select id from meta.quarantine where entity = '{name}' and id not in (select id from broken)"
    )
    entered = _ids(
        build,
        f"select id from broken where id not in (select id from meta.quarantine where entity = '{name}')",
    )
    build.execute(
        f"create or replace temp table aside as select '{name}' as entity, b.id, w.rule, w.reason, "
        "coalesce(q.since, ?) as since from broken b join why w using (mask) "
        f"left join meta.quarantine q on q.entity = '{name}' and q.id = b.id",
        [datetime.now(UTC).replace(tzinfo=None)],
    )
    build.execute("delete from meta.quarantine where entity = ?", [name])
    build.execute("insert into meta.quarantine (entity, id, rule, reason, since) select * from aside")
    if entered or left:
        loaded.touched.add(name, [(one, one) for one in entered + left])
        loaded.touched.add_parents(table)
    found.entered += len(entered)
    found.left += len(left)
    if entered:
        found.notices += _notices(build, table, entered[: NOTICED - len(found.notices)])
    _keep(build, name, rules, masks, bool(entered), found)


def _say_why(build: Connection, rules: tuple[Expectation, ...], masks: list[int]) -> None:
    """A temporary table that says for each combination of broken rules which is the first, and all reasons."""
    build.execute("create or replace temp table why (mask BIGINT, rule VARCHAR, reason VARCHAR)")
    for mask in masks:
        broken = [rule for bit, rule in enumerate(rules) if mask >> bit & 1]
        reasons = "; ".join(rule.reason for rule in broken)
        build.execute("insert into why values (?, ?, ?)", [mask, broken[0].name, reasons])


def _keep(
    build: Connection,
    name: str,
    rules: tuple[Expectation, ...],
    masks: list[int],
    entered: bool,
    found: Quarantined,
) -> None:
    """The result of the table's rules; Great Expectations looks at rows that have just entered."""
    broken = tuple(rule for bit, rule in enumerate(rules) if any(mask >> bit & 1 for mask in masks))
    where = f"id in (select id from meta.quarantine where entity = '{name}')"
    if broken and entered:
        from pipelines.quality.great import validate_rows

        detail, disagree = validate_rows(build, f'raw."{name}"', where, broken)
        found.disagreements += [f"{name}: {one}" for one in disagree]
    else:
        counts = build.execute(
            "select rule, count(*) from meta.quarantine where entity = ? group by rule", [name]
        )
        known = dict(counts.fetchall())
        detail = [rule.result(known.get(rule.name, 0)) for rule in broken]
    row = build.execute("select count(*) from meta.quarantine where entity = ?", [name]).fetchall()
    count = int(row[0][0]) if row else 0
    found.results[f"staging.{name}"] = [(CHECK, count, WARNED, detail)]


def _ids(build: Connection, select: str) -> list[int]:
    return [one for (one,) in build.execute(f"{select} order by 1").fetchall()]


def _notices(build: Connection, table: RawTable, ids: list[int]) -> list[dict[str, Any]]:
    """What the store is told of rows that have just been set aside: entity, id, key where it has one, reason."""
    names = [column.name for column in table.columns]
    key = next((column for column in ("number", "code", "serial") if column in names), None)
    shown = f'r."{key}"' if key else "null"
    listed = ", ".join(str(one) for one in ids) or "null"
    rows = build.execute(
        f'select q.id, {shown}, q.rule, q.reason from meta.quarantine q join raw."{table.name}" r on r.id = q.id '
        f"where q.entity = '{table.name}' and q.id in ({listed}) order by q.id"
    ).fetchall()
    return [
        {"entity": table.name, "id": number, "record": record, "rule": rule, "reason": reason}
        for number, record, rule, reason in rows
    ]
