"""What the laws of service let expect of these very requests: the truth for `sla_attainment` and `first_contact_rate`.

Nothing is looked up in the records: each request's chance follows from its time, its branch, its priority and its kind.
"""

from __future__ import annotations

from math import erf
from typing import Any

import numpy as np

from operational.demo.agreements import Promises
from operational.demo.calendar import DAY, Floats
from operational.demo.laws import AT_ONCE, HANDED_ON, REOPENED, RESPONSE_SIGMA
from operational.demo.requests import Requests, reopened_within, usual_response
from operational.demo.world import World


def answered_in_time(world: World, requests: Requests, promises: Promises) -> dict[str, Any]:
    """Of the covered requests whose time is over, but for cancelled and merged ones: the expected share."""
    decided = (
        promises.covered & (promises.answered < world.calendar.end) & ~requests.cancelled & ~requests.merged
    )
    given = (promises.answered - requests.opened)[decided]
    usual = usual_response(world, requests.priority, world.area_of(requests.customer), requests.opened)[
        decided
    ]
    chance = np.array([(1 + erf(one / np.sqrt(2))) / 2 for one in np.log(given / usual) / RESPONSE_SIGMA])
    return _told(
        chance, "requests under an agreement, not cancelled or merged, whose promised time to respond is over"
    )


def solved_in_first_contact(world: World, requests: Requests) -> dict[str, Any]:
    """Of the resolved requests: those that need no part, are not handed on, and do not come back within a week."""
    resolved = requests.resolved_first < world.calendar.end
    needs_no_part = requests.replacement[resolved] < 0
    kept = 1 - REOPENED * reopened_within(7 * DAY)
    return _told(
        np.where(needs_no_part, AT_ONCE * (1 - HANDED_ON) * kept, 0.0),
        "resolved requests; solved within the hour of the first response, by one person, not reopened in 7 days",
    )


def _told(chance: Floats, of: str) -> dict[str, Any]:
    """The expected share of independent events, its standard error, and what they are."""
    return {
        "share": float(chance.mean()),
        "standard_error": float(np.sqrt((chance * (1 - chance)).sum()) / len(chance)),
        "requests": len(chance),
        "of": of,
    }
