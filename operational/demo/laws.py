"""The true laws of the demonstration company, in one place: what a good analysis of its records should find again.

Only parameters; the processes that follow them stand in the files that are named beside each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# Buying (buying.py): BG/NBD, time in weeks. Buying rate Gamma(r, alpha), dropout after a repeat order Beta(a, b).
BUYING = {"r": 1.1, "alpha": 12.0, "a": 0.7, "b": 4.5}

# Value of an order in yuan (baskets.py): Gamma(p, nu) with nu of the customer Gamma(q, gamma).
SPENDING = {"p": 4.0, "q": 4.0, "gamma": 36_000.0}

# Month's factor on the value of orders, January first; new customers come by the same rhythm.
SEASON = (0.90, 0.80, 1.06, 1.04, 1.02, 1.04, 0.94, 0.95, 1.06, 0.98, 1.08, 1.13)

# List prices of past years in parts of today's, this year first.
PRICES = (1.0, 0.99, 0.975, 0.965, 0.95, 0.94)

# Number of lines of an order, one to eight.
LINES = (0.13, 0.16, 0.17, 0.16, 0.13, 0.10, 0.08, 0.07)

# Orders beside the process, in parts of it: refused by the approver, voided, amended once.
REJECTED, VOIDED, AMENDED = 0.005, 0.012, 0.004

# Shipping (shipping.py): working days from order to shipment are 1 + Poisson; some go in two shipments.
SHIPPING_DAYS, IN_TWO, CLOSED_SHORT = 2.4, 0.10, 0.05

RETURNED_LINES = 0.02  # of shipped lines (returns.py)


class Payment(NamedTuple):
    """How customers of a level pay (payments.py): in time, late by a Gamma of two parameters (days), or never."""

    on_time: float
    never: float
    late_shape: float
    late_scale: float


PAYMENTS = {
    "A": Payment(0.86, 0.000, 1.6, 7.0),
    "B": Payment(0.74, 0.002, 1.6, 12.0),
    "C": Payment(0.62, 0.006, 1.6, 20.0),
    "D": Payment(0.47, 0.020, 1.6, 34.0),
}
PAID_IN_TWO = 0.07

# Service (requests.py): hours from opening, lognormal. Median by priority, times the branch's factor; the logarithms
# of both durations of a request are correlated. What is solved in the first contact follows the first law only.
RESPONSE_MEDIAN = {"紧急": 0.8, "高": 2.0, "普通": 5.0, "低": 11.0}
RESOLUTION_MEDIAN = {"紧急": 20.0, "高": 44.0, "普通": 84.0, "低": 170.0}
RESPONSE_SIGMA, RESOLUTION_SIGMA, CORRELATION = 0.80, 0.75, 0.80
BRANCH_FACTOR = {"HD": 0.80, "HN": 0.90, "HB": 1.00, "HZ": 1.05, "XN": 1.25, "DB": 1.35, "XB": 1.50}
REOPENED, CANCELLED, MERGED = 0.035, 0.020, 0.012
AT_ONCE = (
    0.25  # of the requests that need no part: solved in the first contact, within the minutes that follow
)
AT_ONCE_MINUTES = 5.0, 50.0
HANDED_ON = 0.12  # chance that a request goes on to another engineer, each time anew
CLOSING_MEDIAN_HOURS = 96.0  # from resolved to closed, sigma 0.5

# Service agreements (agreements.py): share of the customers with machines that begin one, share of the yearly terms that
# are renewed. By level: calendar (0 office hours, 1 around the clock), hours to the response and to the resolution,
# whether waiting for the customer stops the clock; urgent requests have half the time to the response.
COVERED, RENEWED = 0.7, 0.8
TARGETS = {"A": (1, 6, 120, 0), "B": (0, 5, 70, 1), "C": (0, 8, 80, 1), "D": (0, 16, 120, 1)}

COMPLAINT_MEDIAN_HOURS, COMPLAINT_SIGMA = 150.0, 0.7

# Opportunities (opportunities.py): share won, days from opening to the decision lognormal.
WIN_RATE, DECISION_MEDIAN_DAYS, DECISION_SIGMA = 0.36, 52.0, 0.6


@dataclass(frozen=True)
class FailureLaw:
    """How a part of a serviced model fails; ages in days since installation.

    Kind `power_law`: repaired, M(t) = (t / scale)^shape replacements expected by age t. Kind `weibull`:
    the part is renewed at each failure, its lives are Weibull.
    """

    model: str
    part: str
    kind: str
    shape: float
    scale: float
    fault: str


FAILURES = (
    FailureLaw("RC-22", "BK-22", "power_law", 1.8, 900.0, "异响振动"),
    FailureLaw("RC-15", "SL-22", "power_law", 1.4, 620.0, "泄漏"),
    FailureLaw("CP-80", "MS-80", "power_law", 1.25, 520.0, "泄漏"),
    FailureLaw("CP-80", "BK-80", "power_law", 2.1, 1150.0, "异响振动"),
    FailureLaw("VD-75", "FN-75", "weibull", 2.4, 1000.0, "温度过高"),
    FailureLaw("SV-20", "EN-17", "power_law", 1.6, 1300.0, "传感器异常"),
    FailureLaw("DR-30", "CS-15", "power_law", 1.5, 1100.0, "电气故障"),
)

# Serviced models (units.py) with the consumable that is changed on schedule, and how often, in days.
SCHEDULED = {
    "RC-22": ("AF-22", 365),
    "RC-15": ("OS-22", 365),
    "CP-80": ("LG-08", 540),
    "DR-30": ("AD-15", 730),
}
ON_SCHEDULE = 0.6  # of the units of these models
RETIRED_PER_YEAR = 0.05  # after the first year in service

# Days from ordering goods to receiving them (incoming.py): Gamma with the item's lead time as mean, in whole days.
LEAD_TIME_CV = 0.3

STOCK_DIFFERENCES = 0.06  # of the items of a depot at midyear and year's end (replenish.py)
