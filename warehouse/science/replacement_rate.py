"""Replacements per time in service with exact limits, mean time between them, and tests for a trend.

What depends on age is in `recurrence`; models are in `power_law` and `weibull`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammaincinv, ndtr

from warehouse.science.maximum_likelihood import Floats

CLEAR_TREND = 1.96  # |U| beyond it: the rate is not constant, and one mean time does not describe it


@dataclass(frozen=True, eq=False)
class Rate:
    """Events per unit of exposure with exact limits; nan where there was no exposure."""

    value: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class TrendTest:
    """A test of 'the rate does not change with age'; `p_value` is two-sided."""

    statistic: float
    degrees_of_freedom: int | None
    p_value: float


@dataclass(frozen=True)
class MeanTimeBetween:
    """Exposure over events; under a clear trend the limits are withheld (nan) and the note says so."""

    value: float
    lower: float
    upper: float
    events: int
    exposure: float
    trend: TrendTest
    note: dict[str, str]

    @property
    def standard_error(self) -> float:
        """That of the value, by the delta method from a Poisson count; withheld with the limits."""
        withheld = math.isnan(self.lower) or not self.events
        return math.nan if withheld else self.value / math.sqrt(self.events)


def poisson_rate(events: ArrayLike, exposure: ArrayLike, confidence: float = 0.95) -> Rate:
    """Events over exposure with Garwood's exact limits (1936); without events only the upper limit tells.

    Arrays broadcast. Exposure in the unit in which the rate is wanted (a unit-year is 365.25 days).
    """
    n, time = np.broadcast_arrays(np.asarray(events, dtype=float), np.asarray(exposure, dtype=float))
    if (n < 0).any() or (time < 0).any():
        raise ValueError("Events and exposure must not be below 0; put the dates right.")
    tail = (1 - confidence) / 2
    lower = np.where(n > 0, gammaincinv(np.maximum(n, 1), tail), 0.0)
    upper = gammaincinv(n + 1, 1 - tail)
    with np.errstate(divide="ignore", invalid="ignore"):  # no exposure, no rate
        rates = [np.where(time > 0, count / time, np.nan) for count in (n, lower, upper)]
    return Rate(*rates)


def laplace_trend(event_start: ArrayLike, event_age: ArrayLike, event_end: ArrayLike) -> TrendTest:
    """Laplace's test pooled over units (IEC 61164): U > 0 means that events come faster with age.

    One entry per event: its age, and the age at which its unit's observation began and ended, fixed in time.
    """
    start, age, end = (np.asarray(value, dtype=float) for value in (event_start, event_age, event_end))
    if not len(age):
        return TrendTest(math.nan, None, math.nan)
    spread = math.sqrt(float(((end - start) ** 2).sum()) / 12)
    if not spread:  # observed on no more than one day: there was no age to change with
        return TrendTest(math.nan, None, math.nan)
    u = float((age - (start + end) / 2).sum()) / spread
    return TrendTest(u, None, 2 * float(ndtr(-abs(u))))


def mil_hdbk_189_trend(
    event_age: ArrayLike, event_end: ArrayLike, *, failure_truncated: bool = False
) -> TrendTest:
    """Chi-square of MIL-HDBK-189: 2 sum ln(T/t); below its degrees of freedom events come faster with age.

    One entry per event: its age and the age at which its unit's observation, from age 0, ended. With
    `failure_truncated` (one unit, observed to its last event) the last event carries no information.
    """
    age, end = np.asarray(event_age, dtype=float), np.asarray(event_end, dtype=float)
    statistic = 2 * float(np.log(end / age).sum())
    freedom = 2 * (len(age) - failure_truncated)
    if freedom <= 0:
        return TrendTest(math.nan, freedom, math.nan)
    above = float(chdtrc(freedom, statistic))
    return TrendTest(statistic, freedom, 2 * min(above, 1 - above))


def mean_time_between(
    event_unit: ArrayLike,
    event_age: ArrayLike,
    end_age: ArrayLike,
    entry_age: ArrayLike | None = None,
    confidence: float = 0.95,
) -> MeanTimeBetween:
    """Total exposure over events, open intervals counted, with exact limits and Laplace's test (metrics, P3).

    Arguments as in `recurrence.mean_cumulative_function`. Without events the value is nan, the lower limit
    tells. The limits take the rate to be constant, so a clear trend withholds them.
    """
    unit = np.asarray(event_unit, dtype=np.intp)
    end = np.asarray(end_age, dtype=float)
    entry = np.zeros(len(end)) if entry_age is None else np.maximum(np.asarray(entry_age, dtype=float), 0)
    events, exposure = len(unit), float((end - entry).sum())
    trend = laplace_trend(entry[unit], event_age, end[unit])
    if events and not exposure:
        return MeanTimeBetween(math.nan, math.nan, math.nan, events, exposure, trend, _NO_TIME)
    if abs(trend.statistic) > CLEAR_TREND:
        note = _note(trend.statistic)
        return MeanTimeBetween(exposure / events, math.nan, math.nan, events, exposure, trend, note)
    rate = poisson_rate(events, exposure, confidence)
    value = exposure / events if events else math.nan
    upper = 1 / float(rate.lower) if rate.lower > 0 else math.inf
    lower = 1 / float(rate.upper) if rate.upper > 0 else math.nan
    return MeanTimeBetween(value, lower, upper, events, exposure, trend, {})


_NO_TIME = {
    "zh": "这些设备尚无在用时间，无法计算间隔；请核对安装日期与停用日期。",
    "en": "These units have no time in service yet, so there is no mean time; check their days of installation and "
    "retirement.",
}


def _note(u: float) -> dict[str, str]:
    faster, faster_zh = ("faster", "加快") if u > 0 else ("slower", "减慢")
    return {
        "zh": f"更换随使用时间{faster_zh} (Laplace U = {u:.2f})，单一平均间隔会误导；请看平均累计更换曲线。",
        "en": f"Replacements come {faster} with age (Laplace U = {u:.2f}), so one mean time misleads; "
        "read the mean cumulative curve.",
    }
