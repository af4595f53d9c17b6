"""How much to order at a time: economic order quantity, newsvendor, and both with a reorder point.

When to order for a wanted service level is in `stock_rules`.
"""

import math

from scipy.special import ndtri

from warehouse.science.stock_rules import normal_loss


def economic_order_quantity(order_cost: float, holding_cost: float, demand: float) -> tuple[float, float]:
    """Harris 1913: quantity and cost per time, from cost per order, cost per unit and time, demand."""
    _positive(order_cost=order_cost, holding_cost=holding_cost, demand=demand)
    cost = math.sqrt(2 * order_cost * demand * holding_cost)
    return cost / holding_cost, cost


def newsvendor(
    overage_cost: float, underage_cost: float, mean: float, deviation: float
) -> tuple[float, float]:
    """Quantity for one season of normal demand, and its expected cost, per unit left over or short."""
    _positive(overage_cost=overage_cost, underage_cost=underage_cost, deviation=deviation)
    z = float(ndtri(underage_cost / (overage_cost + underage_cost)))
    cost = deviation * (overage_cost * z + (overage_cost + underage_cost) * float(normal_loss(z)))
    return mean + z * deviation, cost


def reorder_point_and_quantity(
    order_cost: float,
    holding_cost: float,
    shortage_cost: float,
    demand: float,
    lead_time: float,
    demand_deviation: float,
) -> tuple[float, float, float]:
    """Reorder point r, quantity Q and cost per time under a cost per unit short, normal demand.

    Expected-inventory-level approximation (Snyder & Shen 2019, sec. 5.3): r given Q and Q given r in turns.
    Demand and its deviation per time, lead time in the same time. ValueError where a unit short costs so
    little that holding none is cheapest.
    """
    _positive(
        order_cost=order_cost,
        holding_cost=holding_cost,
        shortage_cost=shortage_cost,
        demand=demand,
        lead_time=lead_time,
        demand_deviation=demand_deviation,
    )
    mean, deviation = demand * lead_time, demand_deviation * math.sqrt(lead_time)
    quantity, z, short = economic_order_quantity(order_cost, holding_cost, demand)[0], 0.0, 0.0
    for _ in range(1000):
        risk = quantity * holding_cost / (shortage_cost * demand)
        if risk >= 1:
            raise ValueError(f"shortage_cost {shortage_cost} is too low for stock to pay; hold none.")
        z = float(-ndtri(risk))
        short = deviation * float(normal_loss(z))
        before, cycle_cost = quantity, order_cost + shortage_cost * short
        quantity = math.sqrt(2 * demand * cycle_cost / holding_cost)
        if abs(quantity - before) < 1e-10 * quantity:
            break
    safety = z * deviation
    cost = holding_cost * (safety + quantity / 2) + (order_cost + shortage_cost * short) * demand / quantity
    return mean + safety, quantity, cost


def _positive(**amounts: float) -> None:
    for name, amount in amounts.items():
        if not amount > 0:
            raise ValueError(f"{name} is {amount}; it must be above 0.")
