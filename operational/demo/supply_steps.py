"""The steps of recent inbound documents, stocktakes and outbound requests along their states.

Older documents have only their state; who keeps a depot is said in organisation.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Flags, Ints
from operational.demo.counting import Counts
from operational.demo.incoming import ORDERED_AT, Inbounds
from operational.demo.organisation import keepers
from operational.demo.reserving import ASKED_AT, CONFIRMED_AT, Asked
from operational.demo.steps import Names, Steps
from operational.demo.world import World

HOUR = 3_600
DISPATCHER = "HQ-007"


def supply_steps(
    world: World,
    steps: Steps,
    inbounds: Inbounds,
    inbound_ids: Ints,
    counts: Counts,
    count_ids: Ints,
    asked: Asked,
) -> None:
    """Ordered by the dispatcher, received and counted by the depot's keeper, approved by the branch's manager."""
    since = world.calendar.days - world.size.steps_days
    _inbound_steps(world, steps, inbounds, inbound_ids, inbounds.ordered >= since)
    _count_steps(world, steps, counts, count_ids, counts.second >= since * DAY)
    last = np.full(len(asked.ids), (world.calendar.days - 1) * DAY)
    dispatcher, keeper = _named(world, DISPATCHER, len(last)), _keepers(world)[asked.depot]
    steps.add("outbound_request", asked.ids, ("create", "", "draft"), last + ASKED_AT, dispatcher)
    steps.add(
        "outbound_request", asked.ids, ("submit", "draft", "submitted"), last + ASKED_AT + 60, dispatcher
    )
    rows = np.flatnonzero(asked.confirmed)
    move = ("confirm", "submitted", "confirmed")
    steps.add("outbound_request", asked.ids[rows], move, last[rows] + CONFIRMED_AT, keeper[rows])


def _inbound_steps(world: World, steps: Steps, inbounds: Inbounds, ids: Ints, recent: Flags) -> None:
    days = world.calendar.days
    keeper = _keepers(world)[inbounds.place // world.items]
    dispatcher = _named(world, DISPATCHER, len(ids))
    entered = np.minimum(inbounds.ordered, days - 1) * DAY + ORDERED_AT
    for verb, before, after, chosen, at, who in (
        ("create", "", "draft", recent, entered, dispatcher),
        ("order", "draft", "ordered", recent & (inbounds.ordered < days), entered + 600, dispatcher),
        (
            "post",
            "ordered",
            "posted",
            recent & (inbounds.received < days),
            inbounds.received * DAY + 8 * HOUR,
            keeper,
        ),
    ):
        rows = np.flatnonzero(chosen)
        steps.add("inbound", ids[rows], (verb, before, after), at[rows], who[rows])


def _count_steps(world: World, steps: Steps, counts: Counts, ids: Ints, recent: Flags) -> None:
    rows = np.flatnonzero(recent)
    keeper, manager = _keepers(world)[counts.depot], _managers(world)[counts.depot]
    for verb, before, after, hours, who in (
        ("create", "", "draft", -12, keeper), ("start", "draft", "counting", 0, keeper),
        ("finish", "counting", "counted", 2, keeper), ("review", "counted", "review", 2.5, manager),
        ("post", "review", "posted", 3, manager),
    ):  # fmt: skip
        at = counts.second[rows] + int(hours * HOUR)
        steps.add("stocktake", ids[rows], (verb, before, after), at, who[rows])


def _keepers(world: World) -> Names:
    return np.array(world.organisation.person_names)[keepers(world.organisation)]


def _managers(world: World) -> Names:
    """Of each depot the one above its keeper."""
    people = world.organisation.people
    above = [people[keeper].manager or 0 for keeper in keepers(world.organisation)]
    return np.array(world.organisation.person_names)[above]


def _named(world: World, code: str, count: int) -> NDArray[np.str_]:
    codes = [person.code for person in world.organisation.people]
    return np.full(count, world.organisation.person_names[codes.index(code)])
