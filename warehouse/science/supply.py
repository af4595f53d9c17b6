"""How much to order and by when, once the inventory position has come down to the reorder point.

Where that point lies is planned in `stock_rules`; orders are whole multiples of the usual quantity (r, nQ).
"""

from dataclasses import dataclass
from math import ceil, floor

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Supply:
    """`quantity` in `lots` times the usual order; `within_days` until the position has used up all but safety stock."""

    quantity: int
    lots: int
    within_days: int


def supply_needed(
    position: float, reorder_point: float, safety_stock: float, order_quantity: float, monthly_demand: float
) -> Supply | None:
    """The order of an (r, nQ) policy, None while the position is above the reorder point.

    The least multiple that lifts the position above the point; without a usual quantity what is missing to
    the point and a month's demand. Quantities in pieces, rounded up (Axsäter, Inventory Control, 3.1).
    """
    if reorder_point <= 0 or position > reorder_point:
        return None
    missing = reorder_point - position
    size = ceil(order_quantity) if order_quantity > 0 else max(ceil(missing + monthly_demand), 1)
    lots = floor(missing / size) + 1
    spare, a_day = max(position - safety_stock, 0.0), monthly_demand / DAYS_PER_MONTH
    return Supply(size * lots, lots, floor(spare / a_day) if a_day > 0 else 0)
