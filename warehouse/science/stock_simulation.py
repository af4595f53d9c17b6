"""What a stock would have held and missed, had it been ordered up to a forecast: the judge of forecasts.

The forecasts are made in `demand_forecast`, the rules of ordering stand in `stock_rules`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from warehouse.science.maximum_likelihood import Floats

LONGEST_LEAD = 12


def simulated_cost(
    actual: ArrayLike, forecast: ArrayLike, deviation: ArrayLike, lead: ArrayLike, service: float
) -> Floats:
    """Unit-periods left in stock, plus service / (1 - service) for every unit short, per item.

    At the start of each period (last axis) the position is raised to forecast x (lead + 1) + z deviation
    sqrt(lead + 1); orders come after `lead` whole periods, what is short is delivered later. The weight is that
    of the newsvendor: it makes the wanted service the cheapest, so that neither an empty nor a full store wins.
    """
    demand, expected = np.nan_to_num(np.asarray(actual, dtype=float)), np.asarray(forecast, dtype=float)
    wait = np.clip(np.ceil(np.broadcast_to(lead, demand.shape[:1]) - 1e-9), 0, LONGEST_LEAD).astype(int)
    rows = np.arange(len(demand))
    buffer = float(ndtri(service)) * np.asarray(deviation, dtype=float) * np.sqrt(wait + 1)
    coming = np.zeros((len(demand), LONGEST_LEAD + 1))
    steady = np.arange(LONGEST_LEAD + 1) < wait[:, None]
    coming[steady] = np.repeat(expected[:, :1], LONGEST_LEAD + 1, axis=1)[steady]
    held = buffer.copy()  # as if every period before had brought what was expected
    kept, short = np.zeros(len(demand)), np.zeros(len(demand))
    for period in range(demand.shape[1]):
        wanted = expected[:, period] * (wait + 1) + buffer
        slot = (period + wait) % (LONGEST_LEAD + 1)
        position = held + coming.sum(axis=-1)
        coming[rows, slot] += np.maximum(wanted - position, 0)
        now = period % (LONGEST_LEAD + 1)
        held = held + coming[:, now]
        coming[:, now] = 0
        short += np.maximum(demand[:, period] - np.maximum(held, 0), 0)
        held = held - demand[:, period]
        kept += np.maximum(held, 0)
    return np.asarray(kept + service / (1 - service) * short)
