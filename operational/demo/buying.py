"""When customers order: the BG/NBD process of Fader, Hardie & Lee (2005), laid onto working days.

A customer orders at most once a day, so that every order of the process is a purchase occasion of the model.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from operational.demo.anomalies import DROP_FACTOR
from operational.demo.calendar import Floats, Ints, Workdays
from operational.demo.dice import ranks_within
from operational.demo.world import World


def purchases(world: World) -> tuple[Ints, Ints]:
    """Place of the customer and day of each order, by customer and day, the first ones included.

    What the area without an entry could not enter on its silent days, it entered afterwards; what one province did
    not order in its weak months, it ordered at other times.
    """
    rng, customers, calendar = world.dice.of("buying"), world.customers, world.calendar
    who, when = _process(rng, customers.acquired, customers.rate, customers.dropout, calendar.days)
    who, when = _thinned_out(world, who, when)
    day = np.empty(len(who), dtype=np.int64)
    area = customers.area[who]
    for one in np.unique(area).tolist():
        workdays = calendar.workdays
        if one == world.anomalies.silent_area:
            workdays = workdays.without(*world.anomalies.silent_days)
        rows = area == one
        day[rows] = _on_days_of_their_own(who[rows], when[rows], workdays)
    happened = day < calendar.days
    return who[happened], day[happened]


def _process(
    rng: Generator, acquired: Floats, rate: Floats, dropout: Floats, end: int
) -> tuple[Ints, Floats]:
    """All purchases as (customer, time in days): Poisson while alive, the end after a geometric number of repeats."""
    span = end - acquired
    count = rng.poisson(rate * span)
    lasting = rng.geometric(dropout)
    who = np.repeat(np.arange(len(acquired)), count)
    when = acquired[who] + rng.random(len(who)) * span[who]
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    alive = ranks_within(who) < lasting[who]
    who = np.concatenate([np.arange(len(acquired)), who[alive]])
    when = np.concatenate([acquired, when[alive]])
    order = np.lexsort((when, who))
    return who[order], when[order]


def _thinned_out(world: World, who: Ints, when: Floats) -> tuple[Ints, Floats]:
    """The purchases with those of the planted drop moved out of its days: a part of their usual number stays.

    They go anywhere between the customer's first and last purchase, which stay where they are: so the process is as
    it was for whoever knows each customer's count, first and last.
    """
    rng, plan = world.dice.of("drop"), world.anomalies
    begin, end = plan.drop_days[0], plan.drop_days[1] + 1
    place = np.searchsorted(who, who)
    first, last = when[place], when[np.searchsorted(who, who, side="right") - 1]
    inside = plan.dropped(world.customers.province[who], when)
    before, after = np.maximum(begin - first, 0), np.maximum(last - end, 0)
    movable = np.flatnonzero(inside & (first < when) & (when < last) & (before + after > 0))
    leaving = min(len(movable), round((1 - DROP_FACTOR) * inside.sum()))
    moved = rng.choice(movable, leaving, replace=False)
    to = rng.random(leaving) * (before + after)[moved]
    when = when.copy()
    when[moved] = np.where(to < before[moved], first[moved] + to, end + to - before[moved])
    order = np.lexsort((when, who))
    return who[order], when[order]


def _on_days_of_their_own(who: Ints, when: Floats, workdays: Workdays) -> Ints:
    """The first working day from the time on which the customer has not ordered already."""
    if not len(who):
        return np.zeros(0, dtype=np.int64)
    rank = ranks_within(who)
    index = workdays.index[when.astype(np.int64)]
    room = int(index.max() + rank.max() + 2)  # keeps the customers apart in one running maximum
    packed = np.maximum.accumulate(index - rank + who * room + rank.max())
    free = packed - who * room - rank.max() + rank
    return workdays.days[np.minimum(free, len(workdays.days) - 1)]
