"""Writing the demonstration company: tables as columns through the bulk gate, with document numbers.

What the columns hold has been decided before; here only the order of ids and numbers is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert
from sqlalchemy.orm import Session

from operational.crud.tables import number_series
from operational.demo.calendar import Ints
from operational.store.bulk import bulk_insert

DIGITS = 6
MONEY, QUANTITY = 10_000, 1_000_000  # how a yuan of four decimals and a piece are stored


class Progress(Protocol):
    """Told what is being done now and, where known, how much of how much is done."""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Note a step."""


class Loader:
    """One transaction that fills empty tables; counts what it wrote."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self.session = session
        self.progress = progress
        self.counts: dict[str, int] = defaultdict(int)
        self._last: dict[tuple[str, int], int] = defaultdict(int)

    def load(self, table: str, columns: Mapping[str, Any]) -> Ints:
        """Write rows and return their ids, in the order of the rows."""
        rows = len(next(iter(columns.values())))
        self.progress(table, 0, rows)
        first, last = bulk_insert(self.session, table, columns)
        self.progress(table, rows, rows)
        self.counts[table] += rows
        return np.arange(first, last + 1)

    def numbers(self, prefix: str, years: Ints) -> NDArray[np.bytes_]:
        """Numbers of documents in chronological order, `SO-2026-000001`, going on where the year's last one was."""
        found = np.zeros(len(years), dtype=f"S{len(prefix) + 7 + DIGITS}")
        for year in np.unique(years).tolist():
            chosen = np.flatnonzero(years == year)
            start = self._last[prefix, year] + 1
            self._last[prefix, year] += len(chosen)
            found[chosen] = _numbered(f"{prefix}-{year}-", np.arange(start, start + len(chosen)))
        return found

    def continue_numbers(self) -> None:
        """Let the series of numbers go on after the last ones that were given."""
        rows = [{"prefix": prefix, "year": year, "last": last} for (prefix, year), last in self._last.items()]
        self.session.execute(insert(number_series), rows)


def _numbered(start: str, sequence: Ints) -> NDArray[np.bytes_]:
    """The start with each number behind it in six digits, or more where six do not hold it."""
    text = np.empty((len(sequence), len(start) + DIGITS + 1), dtype=np.uint8)
    text[:, : len(start)] = np.frombuffer(start.encode(), dtype=np.uint8)
    long = sequence >= 10**DIGITS
    for place in range(DIGITS + 1):
        text[:, len(start) + place] = ord("0") + sequence // 10 ** (DIGITS - place) % 10
    text[~long, len(start) : -1] = text[~long, len(start) + 1 :]
    text[~long, -1] = 0  # the end of a shorter text
    return text.view(f"S{text.shape[1]}").reshape(-1)


def choose(words: Sequence[str], places: Ints) -> NDArray[Any]:
    """The words at these places, as a column; ASCII words in the form that loads fastest."""
    if all(word.isascii() for word in words):
        return np.array([word.encode() for word in words])[places]
    return np.array(list(words))[places]


def link(ids: Any, known: Any) -> Any:
    """A column of links that is empty where not `known`."""
    return np.ma.masked_array(ids, mask=~np.asarray(known))
