"""Kaplan-Meier: how long things last when some still last (open requests, units in service).

Distributions with a formula are in `weibull`; repeated events of one unit are in `recurrence`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import Floats, normal_quantile

SLACK = 1e-12  # S that equals 1-p but for rounding has reached it (metrics, S5)


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """One row per distinct event time: at risk just before, events then, S after with its limits.

    Where S is 0 its standard error and upper limit are not defined (nan). `last_follow_up` is the longest
    duration, ended or not: beyond it nothing is known.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    last_follow_up: float

    def at(self, time: float) -> float | None:
        """S(time); None beyond the last follow-up, unless nobody was left before."""
        done = int(np.searchsorted(self.time, time, side="right"))
        survival = float(self.survival[done - 1]) if done else 1.0
        return survival if time <= self.last_follow_up or survival == 0 else None

    def share_ended(self, time: float) -> tuple[float | None, float | None, float | None]:
        """1 - S(time) with its limits; None beyond the last follow-up, limits also before the first event."""
        survival = self.at(time)
        done = int(np.searchsorted(self.time, time, side="right"))
        if survival is None:
            return None, None, None
        if not done or survival == 0:
            return 1 - survival, None, None
        return 1 - survival, 1 - float(self.upper[done - 1]), 1 - float(self.lower[done - 1])

    def quantile(self, p: float) -> float | None:
        """First time at which a share p has ended: min{t: S(t) <= 1-p}; None where that is not reached."""
        return self._first_reach(self.survival, p)

    def quantile_limits(self, p: float) -> tuple[float | None, float | None]:
        """Limits of the quantile, where the limits of S reach 1-p (Brookmeyer & Crowley 1982)."""
        return self._first_reach(self.lower, p), self._first_reach(self.upper, p)

    def restricted_mean(self, horizon: float) -> float:
        """Mean duration up to `horizon`: the area under S; ValueError beyond the last follow-up."""
        if self.at(horizon) is None:
            raise ValueError(
                f"horizon {horizon} is beyond the last follow-up {self.last_follow_up}; ask for less."
            )
        inside = self.time < horizon
        edges = np.concatenate([[0.0], self.time[inside], [horizon]])
        heights = np.concatenate([[1.0], self.survival[inside]])
        return float(heights @ np.diff(edges))

    def _first_reach(self, level: Floats, p: float) -> float | None:
        if not 0 < p < 1:
            raise ValueError(f"p is {p}; it must lie between 0 and 1, such as 0.5 for the median.")
        reached = np.flatnonzero(level <= 1 - p + SLACK)
        return float(self.time[reached[0]]) if reached.size else None


def kaplan_meier(
    duration: ArrayLike,
    ended: ArrayLike,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> SurvivalCurve:
    """Kaplan & Meier 1958 with Greenwood's variance and log-log limits.

    `duration`: time to the end or, where `ended` is false, to the last look; `entry`: age at which a case
    came under observation (late entry; not above 0: from the start); `weights`: number of like cases. A case
    is at risk at t when entry < t <= duration. Takes censoring to be independent of the duration: stratify
    where it is not. ValueError names the row of an impossible case.
    """
    stop = np.asarray(duration, dtype=float)
    end = np.asarray(ended, dtype=bool)
    start = np.full(len(stop), -np.inf) if entry is None else np.asarray(entry, dtype=float)
    start = np.where(start <= 0, -np.inf, start)
    weight = np.ones(len(stop)) if weights is None else np.asarray(weights, dtype=float)
    _check(start, stop, end, weight)
    time, which = np.unique(stop[end], return_inverse=True)
    events = np.bincount(which, weights=weight[end], minlength=len(time)).astype(float)
    at_risk = _weight_before(start, weight, time) - _weight_before(stop, weight, time)
    remaining = at_risk - events
    remaining[remaining < SLACK * at_risk] = 0.0  # what rounding left of a risk set that has ended
    survival = np.cumprod(remaining / at_risk)
    with np.errstate(divide="ignore"):  # the last one ended: the sum is infinite, limits are not defined
        hazard_variance = np.cumsum(events / (at_risk * remaining))
    error, lower, upper = _limits(survival, hazard_variance, confidence)
    last = float(stop.max()) if len(stop) else 0.0
    return SurvivalCurve(time, at_risk, events, survival, error, lower, upper, last)


def _weight_before(points: Floats, weight: Floats, time: Floats) -> Floats:
    """Total weight of the points that lie before each time."""
    order = np.argsort(points, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(weight[order])])
    return total[np.searchsorted(points[order], time, side="left")]


def _limits(survival: Floats, hazard_variance: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Greenwood's standard error and S^exp(+- z se / (S |log S|))."""
    some_left = survival > 0
    s = np.where(some_left, survival, 0.5)
    deviation = np.sqrt(np.where(some_left, hazard_variance, 0.0))
    spread = np.exp(normal_quantile(confidence) * deviation / np.log(s))
    error = np.where(some_left, s * deviation, np.nan)
    lower = np.where(some_left, s ** (1 / spread), 0.0)
    upper = np.where(some_left, s**spread, np.nan)
    return error, lower, upper


def _check(start: Floats, stop: Floats, ended: NDArray[np.bool_], weight: Floats) -> None:
    order = (start < stop) | ((start == stop) & ~ended)
    rules = [
        (np.isfinite(stop) & (stop >= 0), "has a duration that is missing or below 0; put its times right"),
        (~np.isnan(start) & order, "entered at or after its end; put its times right"),
        (weight > 0, "has a weight not above 0; leave it out"),
    ]
    for holds, complaint in rules:
        if not holds.all():
            raise ValueError(f"Case {int(np.argmin(holds))} {complaint}.")
