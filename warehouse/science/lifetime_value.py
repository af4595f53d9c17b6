"""Customer lifetime value: expected orders times expected value, discounted month by month (metrics, C12).

The models of orders and of value are `bg_nbd`, `pareto_nbd` and `gamma_gamma`; none belongs here.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Floats

DAYS_PER_MONTH = 365.25 / 12


def lifetime_value(
    expected_orders: Callable[[Floats], Floats],
    order_value: ArrayLike,
    margin: ArrayLike = 1.0,
    *,
    months: int = 12,
    annual_discount: float = 0.15,
    days_per_unit: float = 7.0,
) -> Floats:
    """Money per customer over the next `months`, for customers who are under no contract.

    `expected_orders(horizon)` gives orders up to each horizon, in rows, for a column of horizons in the
    model's unit of time, which is `days_per_unit` days long. `margin` is the share of value that is kept
    (1: revenue). Orders of month m are discounted as at its end: 1 / 1.15^(m/12). Fader, Hardie & Lee 2005.
    """
    month = np.arange(1, months + 1, dtype=float)
    orders = expected_orders((month * DAYS_PER_MONTH / days_per_unit)[:, None])
    monthly = np.diff(orders, axis=0, prepend=0.0)
    present_worth = (1 + annual_discount) ** (-month / 12)
    return np.asarray(present_worth @ monthly * np.asarray(order_value) * np.asarray(margin), dtype=float)
