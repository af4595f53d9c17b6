"""Safety stock, reorder point, and the two service levels that are so often taken for each other.

Forecasts are in `intermittent`, order sizes in `order_quantity`. Mean and deviation of demand are per period,
lead time and its deviation in the same period; demand and lead time are taken to be independent (I11-I14).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from warehouse.science.count_distribution import count_quantile
from warehouse.science.maximum_likelihood import Floats


def lead_time_deviation(
    demand_mean: ArrayLike,
    demand_deviation: ArrayLike,
    lead_time: ArrayLike,
    lead_time_deviation: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
) -> Floats:
    """Standard deviation of demand over lead time (and review period): sqrt((L+R) sd^2 + d^2 sL^2)."""
    d, sd, lead, spread, review = (
        np.asarray(value, dtype=float)
        for value in (demand_mean, demand_deviation, lead_time, lead_time_deviation, review_period)
    )
    return np.asarray(np.sqrt((lead + review) * sd**2 + d**2 * spread**2))


def safety_stock(cycle_service_level: ArrayLike, deviation: ArrayLike) -> Floats:
    """Stock for a share of replenishment cycles without stockout; `deviation` over the lead time."""
    z = ndtri(np.asarray(cycle_service_level, dtype=float))
    return np.asarray(z * np.asarray(deviation, dtype=float))


def reorder_point(
    demand_mean: ArrayLike,
    lead_time: ArrayLike,
    safety: ArrayLike,
    review_period: ArrayLike = 0.0,
    pack: ArrayLike = 0.0,
) -> Floats:
    """Position at which to order (with a review period: up to which), rounded up to whole packs if given."""
    point = np.asarray(demand_mean) * (np.asarray(lead_time) + np.asarray(review_period)) + np.asarray(safety)
    size = np.asarray(pack, dtype=float)
    packs = np.ceil(point / np.where(size > 0, size, 1) - 1e-9)  # 3.0000000001 packs are three
    return np.asarray(np.where(size > 0, packs * size, point))


def lumpy_reorder_point(mean: float, variance: float, cycle_service_level: float) -> int:
    """Reorder point of an item that is asked for now and then, from moments of its lead-time demand.

    A quantile of the count distribution with these moments; the normal rule above does not hold there.
    """
    return count_quantile(mean, variance, cycle_service_level)


def cycle_service_level(safety: ArrayLike, deviation: ArrayLike) -> Floats:
    """alpha: share of replenishment cycles without stockout; 1 or 0 where nothing varies."""
    held, spread = np.asarray(safety, dtype=float), np.asarray(deviation, dtype=float)
    varies = spread > 0
    return np.where(varies, ndtr(held / np.where(varies, spread, 1)), held >= 0).astype(float)


def expected_shortage(safety: ArrayLike, deviation: ArrayLike) -> Floats:
    """Units short per replenishment cycle: deviation times the normal loss."""
    held, spread = np.asarray(safety, dtype=float), np.asarray(deviation, dtype=float)
    varies = spread > 0
    loss = normal_loss(held / np.where(varies, spread, 1))
    return np.where(varies, spread * loss, np.maximum(-held, 0))


def fill_rate(safety: ArrayLike, deviation: ArrayLike, order_quantity: ArrayLike) -> Floats:
    """beta: share of units delivered from stock, 1 - sigma [G(k) - G(k + Q/sigma)] / Q (Silver et al.)."""
    quantity = np.asarray(order_quantity, dtype=float)
    after = expected_shortage(np.asarray(safety) + quantity, deviation)
    return np.asarray(1 - (expected_shortage(safety, deviation) - after) / quantity)


def safety_stock_for_fill_rate(target: float, deviation: float, order_quantity: float) -> float:
    """Safety stock (it may be negative) whose fill rate is the target."""
    from scipy.optimize import brentq

    if not 0 < target < 1 or deviation <= 0 or order_quantity <= 0:
        raise ValueError(
            f"fill rate {target} must lie between 0 and 1, deviation {deviation} and order quantity "
            f"{order_quantity} above 0."
        )
    width = 10 * deviation + order_quantity

    def excess(safety: float) -> float:
        return float(fill_rate(safety, deviation, order_quantity)) - target

    return float(brentq(excess, -width, width, xtol=1e-12))


def normal_loss(k: ArrayLike) -> Floats:
    """G(k) = phi(k) - k (1 - Phi(k)): expected excess of a standard normal over k."""
    at = np.asarray(k, dtype=float)
    return np.asarray(np.maximum(np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi) - at * ndtr(-at), 0))
