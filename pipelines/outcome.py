"""What a refresh did, for people, for machines, and as the summary of its run in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    """The result of a refresh: `published`, or `held` by a check, or neither where it failed with `problem`.

    `broken` are the checks that did not pass, with how many rows break them: what is not named there passed.
    """

    snapshot: str | None = None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    quarantined: int = 0
    notices: list[dict[str, Any]] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=lambda: {"passed": 0, "warned": 0, "failed": 0})
    broken: list[dict[str, Any]] = field(default_factory=list)
    published: bool = False
    held: bool = False
    reason: str | None = None
    problem: Exception | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    position: str = ""
    fed_back: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data with the names of the outside contract."""
        return {
            "snapshot": self.snapshot,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "notices": self.notices,
            "checks": self.checks,
            "broken": self.broken,
            "published": self.published,
            "reason": self.reason,
            "tables": self.tables,
            "fed_back": self.fed_back,
            "seconds": {name: round(value, 4) for name, value in self.seconds.items()},
        }

    def summary(self) -> str:
        """A few lines for people."""
        lines = [
            f"{name}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
            for name, counts in self.rows.items()
            if any(counts.values())
        ] or ["Nothing had changed in the store."]
        lines.append(
            f"checks: {self.checks['passed']} passed, {self.checks['warned']} warned, "
            f"{self.checks['failed']} failed; {self.quarantined:,} rows under quarantine"
        )
        if any(self.fed_back.values()):
            told = ", ".join(f"{count} {what}" for what, count in self.fed_back.items() if count)
            lines.append(f"supply proposals: {told}")
        lines.append("; ".join(f"{name} {value:.2f} s" for name, value in self.seconds.items()))
        lines.append(f"published {self.snapshot}" if self.published else f"not published: {self.reason}")
        return "\n".join(lines)
