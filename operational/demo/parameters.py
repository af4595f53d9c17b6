"""The known laws as the truth file tells them, and where in the store each can be found again.

The laws themselves stand in laws.py; here they only get their names for readers.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from operational.demo import laws
from operational.demo.anomalies import BAD_MODEL

AGES = "days since installed_on; all units of the model are at risk, from 0 to retired_on or the last day"


def parameters() -> dict[str, Any]:
    """The laws by subject, as they stand in `demo_truth.json`."""
    return {
        "bg_nbd": {**laws.BUYING, "unit": "week", "of": "counted orders by customer and day"},
        "gamma_gamma": {**laws.SPENDING, "unit": "yuan", "of": "value of an order; whole pieces blur it a little"},
        "season": list(laws.SEASON),
        "returned_share_of_lines": laws.RETURNED_LINES,
        "returned_share_is_of": "shipped lines, given time, but for an order's first line where it is of one piece",
        "payment_by_level": {
            level: {"on_time": law.on_time, "never": law.never, "late_days_gamma": [law.late_shape, law.late_scale]}
            for level, law in laws.PAYMENTS.items()
        },
        "first_response_hours": {
            "law": "lognormal", "sigma": laws.RESPONSE_SIGMA, "median_by_priority": laws.RESPONSE_MEDIAN,
            "factor_by_branch": laws.BRANCH_FACTOR,
        },
        "resolution_hours": {
            "law": "lognormal", "sigma": laws.RESOLUTION_SIGMA, "median_by_priority": laws.RESOLUTION_MEDIAN,
            "factor_by_branch": laws.BRANCH_FACTOR,
            "of": "first_resolved_at, but for requests that were solved within the hour of the first response",
        },
        "solved_at_once_share": laws.AT_ONCE,
        "reopened_share": laws.REOPENED,
        "reassigned_share": laws.HANDED_ON,
        "failures": [
            {**asdict(law), "ages": AGES, "apart_from_bad_lot": law.model == BAD_MODEL} for law in laws.FAILURES
        ],
        "scheduled_replacements": {model: {"part": part, "days": days} for model, (part, days) in laws.SCHEDULED.items()},
        "win_rate": laws.WIN_RATE,
        "decision_days": {"law": "lognormal", "median": laws.DECISION_MEDIAN_DAYS, "sigma": laws.DECISION_SIGMA,
                          "of": "opened_on to closed_on, days that are over"},
        "supply_lead_days": {
            "law": "gamma", "mean": "lead_time_days of the item", "coefficient_of_variation": laws.LEAD_TIME_CV,
            "of": "ordered_on to received_on of inbound documents, whole days, at least one",
        },
        "stocktake_share_of_items_that_differ": laws.STOCK_DIFFERENCES,
        "complaint_resolution_hours": {
            "law": "lognormal", "median": laws.COMPLAINT_MEDIAN_HOURS, "sigma": laws.COMPLAINT_SIGMA,
        },
    }  # fmt: skip
