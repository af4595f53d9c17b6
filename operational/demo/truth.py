"""What is known about the demonstration company beforehand: its laws, its totals and what was planted in it.

It is reckoned from what was made, never read back from the store, so that the figures can be checked against it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

FILE = "demo_truth.json"


@dataclass
class Truth:
    """`parameters`: the laws by subject; `counts`: rows by table; `totals`: sums over the whole history as of
    the day after `last_day`; `expected`: what the laws let expect of these very records, with its standard error;
    `anomalies`: what was planted, with the natural keys of the records and the days."""

    size: str
    seed: int
    first_day: date
    last_day: date
    parameters: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    anomalies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def save(self, directory: Path) -> Path:
        """Write it beside the store; the file's path."""
        path = directory / FILE
        path.write_text(
            json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
        )
        return path
