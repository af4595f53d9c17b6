"""What becomes of each row of a file, and why: every row has exactly one fate, so nothing is lost in counting.

The checks decide; here it is written down.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import pyarrow as pa

from operational.field import Label
from operational.transfer.mapping.shape import Shaped


class Fate(IntEnum):
    """Where a row ended; every row that is still on its way is PENDING."""

    PENDING = 0
    SKIPPED = 1
    DUPLICATE = 2
    REFUSED = 3
    LOADED = 4
    UPDATED = 5
    UNCHANGED = 6


@dataclass(frozen=True)
class Problem:
    """Why some rows were refused: the field (empty: the whole row), the sentence and each row's cell for it."""

    rows: np.ndarray
    field: str
    reason: Label
    cells: pa.Array | None


@dataclass
class Rows:
    """The rows of a shaped file with their fates, the problems met and the remarks made."""

    shaped: Shaped
    fate: np.ndarray = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    remarks: Counter[tuple[str, Label]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.fate = np.zeros(len(self.shaped), dtype=np.uint8)

    def __len__(self) -> int:
        return len(self.fate)

    @property
    def pending(self) -> np.ndarray:
        """The places of rows that are still on their way."""
        return np.flatnonzero(self.fate == Fate.PENDING)

    def settle(self, rows: np.ndarray, fate: Fate) -> None:
        """Give these rows their fate; a refused row stays refused."""
        self.fate[rows[self.fate[rows] != Fate.REFUSED]] = fate

    def refuse(self, rows: np.ndarray, field_name: str, reason: Label, cells: pa.Array | None = None) -> None:
        """Refuse these rows for this reason; `cells` are what stands in them, in the same order."""
        if len(rows):
            self.fate[rows] = Fate.REFUSED
            self.problems.append(Problem(rows, field_name, reason, cells))

    def remark(self, field_name: str, reason: Label, count: int) -> None:
        """Note that some rows were taken with a change."""
        if count:
            self.remarks[field_name, reason] += count

    def count(self, fate: Fate) -> int:
        """How many rows met this fate."""
        return int((self.fate == fate).sum())
