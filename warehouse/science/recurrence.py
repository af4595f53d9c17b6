"""Mean cumulative function: how many events a unit has had by an age, without any model (metrics, P7, P8).

Rates and trend tests are in `replacement_rate`; the power law is in `power_law`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import Floats, normal_quantile


@dataclass(frozen=True, eq=False)
class CumulativeCurve:
    """One row per distinct event age: units at risk, events (or value), mean per unit, its limits.

    `last_follow_up` is the greatest age at which a unit was under observation.
    """

    age: Floats
    at_risk: Floats
    events: Floats
    mean: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    last_follow_up: float

    def row_at(self, age: float) -> int | None:
        """Row that holds at `age`: the last event age not above it; None before the first event."""
        done = int(np.searchsorted(self.age, age, side="right"))
        return done - 1 if done else None

    def at(self, age: float) -> float | None:
        """Mean events per unit by `age`; None beyond the last follow-up."""
        if age > self.last_follow_up:
            return None
        row = self.row_at(age)
        return 0.0 if row is None else float(self.mean[row])


def mean_cumulative_function(
    event_unit: ArrayLike,
    event_age: ArrayLike,
    end_age: ArrayLike,
    entry_age: ArrayLike | None = None,
    event_value: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CumulativeCurve:
    """Nelson 1995, with the variance of Lawless & Nadeau 1995 and limits on the log scale.

    Per unit: `end_age`, `entry_age` (late entry; not above 0: from the start). Per event: `event_unit`, the
    unit's position in `end_age`; `event_age`; `event_value` (1 each; a cost gives the cost per unit). Units
    without event count. A unit is at risk when entry < age <= end: on the day of its retirement still.
    """
    unit = np.asarray(event_unit, dtype=np.intp)
    age = np.asarray(event_age, dtype=float)
    end = np.asarray(end_age, dtype=float)
    entry = np.full(len(end), -np.inf) if entry_age is None else np.asarray(entry_age, dtype=float)
    entry = np.where(entry <= 0, -np.inf, entry)
    value = np.ones(len(age)) if event_value is None else np.asarray(event_value, dtype=float)
    _check(unit, age, end, entry)
    ages, which = np.unique(age, return_inverse=True)
    entered, left = (np.searchsorted(np.sort(change), ages, side="left") for change in (entry, end))
    at_risk = (entered - left).astype(float)
    total = np.bincount(which, weights=value, minlength=len(ages)).astype(float)
    mean = np.cumsum(total / at_risk)
    error = np.sqrt(_variance(ages, at_risk, total, unit, which, value, entry, end))
    with np.errstate(divide="ignore", invalid="ignore"):  # a mean of 0 (values of 0) has no log limits
        half = np.where(mean > 0, normal_quantile(confidence) * error / mean, np.nan)
    last = float(end.max()) if len(end) else 0.0
    return CumulativeCurve(ages, at_risk, total, mean, error, mean * np.exp(-half), mean * np.exp(half), last)


def _variance(
    ages: Floats,
    at_risk: Floats,
    total: Floats,
    unit: NDArray[np.intp],
    which: NDArray[np.intp],
    value: Floats,
    entry: Floats,
    end: Floats,
) -> Floats:
    """Sum over units of their squared deviation, in one pass over sorted changes.

    A unit's deviation at age t is own(t) - C(t): own sums value/at_risk of its events, C the same of the mean
    unit, both since its entry. While it is at risk own^2 - 2 own C + C^2 is summed from totals of own and
    own^2; after its end the deviation stays as it was.
    """
    common = np.cumsum(total / at_risk**2)
    before = np.concatenate([[0.0], common])
    # own starts at C(entry), so that own - C counts from the entry; C before row k is before[k]
    first_row, end_row = np.searchsorted(ages, entry, side="right"), np.searchsorted(ages, end, side="right")
    own_at_entry, common_at_end = before[first_row], before[end_row]
    order = np.lexsort([which, unit])
    unit, which, step = unit[order], which[order], (value / at_risk[which])[order]
    running = np.cumsum(step)
    # what other units had before this one's first event has to go from the running sum
    starts = np.searchsorted(unit, np.arange(len(end)), side="left")
    earlier = np.concatenate([[0.0], running])[starts]
    after = running - earlier[unit] + own_at_entry[unit]
    gain = after**2 - (after - step) ** 2
    stops = np.searchsorted(unit, np.arange(len(end)), side="right")
    own_at_end = np.concatenate([[0.0], running])[stops] - earlier + own_at_entry

    def until(row: NDArray[np.intp], amount: Floats) -> Floats:
        """Running total by row of amounts that come in at a row."""
        by_row = np.bincount(row, weights=amount, minlength=len(ages) + 1)
        return np.cumsum(by_row[: len(ages)], dtype=float)

    own = until(first_row, own_at_entry) + until(which, step) - until(end_row, own_at_end)
    own_squared = until(first_row, own_at_entry**2) + until(which, gain) - until(end_row, own_at_end**2)
    ended = until(end_row, (own_at_end - common_at_end) ** 2)
    return np.maximum(ended + own_squared - 2 * common * own + at_risk * common**2, 0.0)


def _check(unit: NDArray[np.intp], age: Floats, end: Floats, entry: Floats) -> None:
    observed = np.isfinite(end) & (entry <= end)
    if not observed.all():
        raise ValueError(
            f"Unit {int(np.argmin(observed))} has an age at its end below that of its entry; "
            "put its dates right."
        )
    inside = (age > entry[unit]) & (age <= end[unit])
    if not inside.all():
        raise ValueError(
            f"Event {int(np.argmin(inside))} lies outside the time in which its unit was observed; "
            "put its date or the unit's dates right."
        )
