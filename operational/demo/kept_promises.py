"""How many promised answers the law of response times lets expect to come in time: the truth for `sla_attainment`.

Nothing is looked up in the records: each request's chance follows from its time, its branch and its priority.
"""

from __future__ import annotations

from math import erf
from typing import Any

import numpy as np

from operational.demo.agreements import Promises
from operational.demo.laws import RESPONSE_SIGMA
from operational.demo.requests import Requests, usual_response
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
    return {
        "share": float(chance.mean()),
        "standard_error": float(np.sqrt((chance * (1 - chance)).sum()) / len(chance)),
        "requests": len(chance),
        "of": "requests under an agreement, not cancelled or merged, whose promised time to respond is over",
    }
