"""A plan of stock per item from its forecast and its lead time: safety stock, reorder point, and what they serve.

The rules are in `stock_rules`, forecasts in `demand_forecast`; here they meet, items side by side. All times are in
the periods of the forecast; items without a lead time (nan) have no plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science import stock_rules
from warehouse.science.count_distribution import count_loss, count_quantiles, count_share
from warehouse.science.demand_forecast import Forecast
from warehouse.science.maximum_likelihood import Floats

LUMPY = "lumpy"


@dataclass(frozen=True)
class StockPlan:
    """Per item: demand `expected` over lead time and review, its `deviation`, and the point at which to order."""

    expected: Floats
    deviation: Floats
    lumpy: NDArray[np.bool_]
    reorder_point: Floats

    @property
    def safety_stock(self) -> Floats:
        """What the reorder point holds beyond the demand expected until more comes."""
        return np.asarray(self.reorder_point - self.expected)

    def cycle_service(self, point: ArrayLike) -> Floats:
        """Share of cycles without stockout when ordering at `point`."""
        at = np.asarray(point, dtype=float)
        normal = stock_rules.cycle_service_level(at - self.expected, self.deviation)
        counted = count_share(self.expected, self.deviation**2, at)
        return np.where(np.isnan(self.expected), np.nan, np.where(self.lumpy, counted, normal))

    def fill_rate(self, point: ArrayLike, quantity: ArrayLike) -> Floats:
        """Share of units served from stock when ordering `quantity` at `point`."""
        at, size = np.asarray(point, dtype=float), np.asarray(quantity, dtype=float)
        normal = stock_rules.fill_rate(at - self.expected, self.deviation, size)
        short = np.full(len(at), np.nan)
        for row in np.flatnonzero(self.lumpy & ~np.isnan(self.expected)):
            mean, variance = self.expected[row], self.deviation[row] ** 2
            short[row] = count_loss(mean, variance, at[row]) - count_loss(mean, variance, at[row] + size[row])
        return np.where(self.lumpy, 1 - short / size, normal)


def plan_stock(
    made: Forecast,
    classes: NDArray[np.str_],
    lead: ArrayLike,
    lead_deviation: ArrayLike,
    service: float,
    review: float = 0.0,
) -> StockPlan:
    """Reorder points for a share of cycles without stockout (I11, I12); with `review` they are what to order up to.

    sigma^2 = (error of the forecast over L + R)^2 + d^2 sL^2. Lumpy items take the quantile of a count with these
    moments, others the normal rule.
    """
    wait = np.asarray(lead, dtype=float) + review
    known = ~np.isnan(wait)
    waiting = np.where(known, wait, 0)
    expected = made.total(waiting)
    rate = np.where(waiting > 0, expected / np.where(waiting > 0, waiting, 1), made.ahead[:, 0])
    deviation = np.hypot(made.total_deviation(waiting), rate * np.asarray(lead_deviation, dtype=float))
    safety = stock_rules.safety_stock(service, deviation)
    lumpy = np.asarray(classes) == LUMPY
    point = np.where(lumpy, count_quantiles(expected, deviation**2, service), expected + safety)
    missing = np.where(known, 0, np.nan)
    return StockPlan(expected + missing, deviation + missing, lumpy, point + missing)


def periods_of_cover(ahead: ArrayLike, available: ArrayLike) -> Floats:
    """Periods until the forecast (groups by periods) has used up what is available; nan where none is expected.

    Periods beyond those forecast are as these on average.
    """
    expected, held = np.asarray(ahead, dtype=float), np.maximum(np.asarray(available, dtype=float), 0)
    used = expected.cumsum(axis=1)
    whole = (used <= held[:, None]).sum(axis=1)
    rows, last = np.arange(len(expected)), expected.shape[1]
    before = np.where(whole > 0, used[rows, np.maximum(whole - 1, 0)], 0)
    rate = np.where(whole < last, expected[rows, np.minimum(whole, last - 1)], expected.mean(axis=1))
    return np.where(used[:, -1] > 0, whole + (held - before) / np.where(rate > 0, rate, 1), np.nan)


def leftover_at_expiry(quantity: ArrayLike, demand_until_expiry: ArrayLike) -> Floats:
    """What is expected to be left of each lot of one item, the first to expire first.

    Of all that expires by then, what the demand until then does not take, less what was left of earlier lots.
    """
    left = np.maximum(np.cumsum(np.asarray(quantity, dtype=float)) - np.asarray(demand_until_expiry), 0)
    so_far = np.maximum.accumulate(left)
    return np.asarray(np.diff(so_far, prepend=0))
