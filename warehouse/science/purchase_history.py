"""The customer histories that the models of repeat buying are fitted to: checked, and each distinct one once.

No model belongs here: `bg_nbd` and `pareto_nbd` share only what they observe.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import FitRefused, Floats

FEWEST_REPEAT_BUYERS = 50
MANY_ROWS, SKETCHED_ROWS = 8_000, 2_000


@dataclass(frozen=True)
class PurchaseHistories:
    """Distinct (frequency, recency, age) rows with the number of customers behind each."""

    frequency: Floats
    recency: Floats
    age: Floats
    weight: Floats

    @property
    def customers(self) -> float:
        """Number of customers."""
        return float(self.weight.sum())

    @property
    def sketch(self) -> PurchaseHistories | None:
        """Of many rows some that stand for all, evenly through their order; None where they are not that many."""
        if len(self.frequency) < MANY_ROWS:
            return None
        some = slice(None, None, len(self.frequency) // SKETCHED_ROWS)
        return PurchaseHistories(self.frequency[some], self.recency[some], self.age[some], self.weight[some])

    @cached_property
    def levels(self) -> tuple[Floats, NDArray[np.intp]]:
        """The distinct frequencies, and which of them each row has: special functions are dear, these few."""
        level, which = np.unique(self.frequency, return_inverse=True)
        return level, which


def distinct_histories(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None
) -> PurchaseHistories:
    """Checked histories, each distinct one once with its weight, in order of frequency.

    `frequency`: repeat purchases (occasions after the first, same-day orders merged); `recency`: time from
    the first to the last purchase; `age`: time from the first purchase to the end of observation, in the
    same unit. Refused where fewer than 50 customers bought again.
    """
    columns = (frequency, recency, age)
    rows = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    weight = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)
    _check(rows, weight)
    repeat_buyers = float(weight[rows[:, 0] > 0].sum())
    if repeat_buyers < FEWEST_REPEAT_BUYERS:
        raise FitRefused(
            zh=f"只有 {repeat_buyers:g} 位客户重复购买，至少需要 {FEWEST_REPEAT_BUYERS} 位；"
            "请扩大客户范围或延长观察期。",
            en=f"Customers who bought again: {repeat_buyers:g}, where {FEWEST_REPEAT_BUYERS} are needed; "
            "take more customers or a longer history.",
        )
    order = np.lexsort(rows.T[::-1])
    rows, weight = rows[order], weight[order]
    first = np.flatnonzero(np.append(True, np.any(np.diff(rows, axis=0) != 0, axis=1)))
    x, t_x, until = rows[first].T
    return PurchaseHistories(x, t_x, until, np.add.reduceat(weight, first))


def _check(rows: Floats, weight: Floats) -> None:
    frequency, recency, age = rows.T
    rules = [
        (np.isfinite(rows).all(axis=1) & (weight > 0), "has a value that is missing or a weight not above 0"),
        ((frequency >= 0) & (frequency == np.floor(frequency)), "has a frequency that is not a whole number"),
        ((recency >= 0) & (recency <= age), "has a recency outside 0..age"),
        ((frequency == 0) == (recency == 0), "has a recency without a repeat purchase, or the reverse"),
    ]
    for holds, complaint in rules:
        if not holds.all():
            position = int(np.argmin(holds))
            raise ValueError(
                f"Customer history {position} {complaint}; merge same-day orders and count from the first."
            )
