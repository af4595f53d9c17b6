"""Results of checks, kept in the build file, and the verdict over all that stand.

A result stays until its check is evaluated again; how checks are evaluated stands beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.quality.expectation import BLOCKING, WARNING

if TYPE_CHECKING:
    from warehouse.connect import Connection

BLOCKED, WARNED = BLOCKING, WARNING
PASS, WARN, FAIL = "pass", "warn", "fail"
Finding = tuple[
    str, int, str, Any
]  # check, rows that break it, severity, detail in the form of Great Expectations
NAMED = 3  # failed checks that the sentence names


@dataclass(frozen=True)
class CheckResult:
    """One check of one table: rows that break it, and how grave that is."""

    table: str
    check: str
    success: bool
    unexpected_count: int
    severity: str


@dataclass
class Quality:
    """All results that stand after a run."""

    results: list[CheckResult] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many checks passed, warned, failed."""
        return {
            "passed": sum(one.success for one in self.results),
            "warned": sum(not one.success and one.severity == WARNED for one in self.results),
            "failed": len(self.blocking),
        }

    @property
    def broken(self) -> list[dict[str, Any]]:
        """The checks that did not pass, as plain data for the history of runs."""
        return [
            {
                "table": one.table, "check": one.check, "severity": one.severity,
                "unexpected_count": one.unexpected_count,
            }
            for one in self.results
            if not one.success
        ]  # fmt: skip

    @property
    def blocking(self) -> list[CheckResult]:
        """Failed checks that keep the old state published."""
        return [one for one in self.results if not one.success and one.severity == BLOCKED]

    @property
    def verdict(self) -> str:
        """pass, warn or fail."""
        if self.blocking:
            return FAIL
        return PASS if all(one.success for one in self.results) else WARN

    @property
    def sentence(self) -> str:
        """Which blocking checks failed, in both languages."""
        named = ", ".join(
            f"{one.table}: {one.check} ({one.unexpected_count:,})" for one in self.blocking[:NAMED]
        )
        more = len(self.blocking) - NAMED
        rest = f" +{more}" if more > 0 else ""
        return f"检查未通过，仍显示上一次的数据 · a check failed, the earlier state stays: {named}{rest}"


def prepare_results(build: Connection) -> None:
    """Make the table of results where it is missing."""
    build.execute(
        'create table if not exists meta.check_result ("table" VARCHAR, "check" VARCHAR, success BOOLEAN, '
        "unexpected_count BIGINT, severity VARCHAR, checked_at TIMESTAMP, detail VARCHAR)"
    )


def keep_results(build: Connection, found: Mapping[str, Sequence[Finding]]) -> None:
    """Put the newest results of all checks of some tables in the place of those before."""
    now = datetime.now(UTC).replace(tzinfo=None)
    values: list[Any] = []
    for table, findings in found.items():
        for check, unexpected_count, severity, detail in findings:
            told = json.dumps(detail, default=str, ensure_ascii=False)
            values += [table, check, unexpected_count == 0, unexpected_count, severity, now, told]
    if found:
        build.execute('delete from meta.check_result where "table" in (select unnest(?))', [list(found)])
    if values:
        rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * (len(values) // 7))
        build.execute(f"insert into meta.check_result values {rows}", values)


def failing_tables(build: Connection) -> set[str]:
    """Tables of which a check did not pass when it was last evaluated."""
    rows = build.execute('select distinct "table" from meta.check_result where not success').fetchall()
    return {table for (table,) in rows}


def standing(build: Connection) -> Quality:
    """Every result that stands."""
    rows = build.execute(
        'select "table", "check", success, unexpected_count, severity from meta.check_result order by 1, 2'
    ).fetchall()
    return Quality([CheckResult(*row) for row in rows])
