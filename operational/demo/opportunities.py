"""Opportunities: possible sales with a known share won and a known time to the decision.

Only opportunities; what is bought in the end comes from buying.py and is not tied to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operational.demo.calendar import DAY, Floats, Ints
from operational.demo.dice import draw, lognormal
from operational.demo.laws import DECISION_MEDIAN_DAYS, DECISION_SIGMA, WIN_RATE
from operational.demo.loading import MONEY, choose, link
from operational.demo.words.sales_words import LOST_REASONS, PROJECTS
from operational.demo.world import World

STAGES = ["prospecting", "qualifying", "proposing", "negotiating", "won", "lost"]
WON, LOST = 4, 5
STEPS = np.array([0.15, 0.40, 0.75])  # shares of the time to the decision at which the next stage begins
AMOUNT_SIGMA = 0.6
NOW_AND_THEN = 1.4  # how many times as many come at the end as at the beginning


@dataclass
class Opportunities:
    """By place in order of opening; days."""

    ids: Ints
    opened: Ints
    decided: Floats
    stage: Ints
    owner: Ints


def make_opportunities(world: World) -> Opportunities:
    """Make and write them."""
    rng, calendar, customers = world.dice.of("opportunities"), world.calendar, world.customers
    count = world.size.opportunities
    day = draw(rng, 1 + (NOW_AND_THEN - 1) * np.arange(calendar.days) / calendar.days, count)
    opened = np.sort(day)
    candidates = np.searchsorted(customers.acquired, opened)  # those who buy already, and all who never will
    never_buying = len(customers.ids) - len(customers.acquired)
    which = (rng.random(count) * (np.maximum(candidates, 1) + never_buying)).astype(np.int64)
    customer = np.where(
        which < np.maximum(candidates, 1), which, which - np.maximum(candidates, 1) + len(customers.acquired)
    )
    decided = opened.astype(float) + np.maximum(
        lognormal(rng, DECISION_MEDIAN_DAYS, DECISION_SIGMA, count), 1.0
    )
    won = rng.random(count) < WIN_RATE
    is_decided = decided < calendar.days
    progress = np.searchsorted(STEPS, (calendar.days - opened) / (decided - opened), side="right")
    stage = np.where(is_decided, np.where(won, WON, LOST), progress)
    project = rng.integers(len(PROJECTS), size=count)
    usual = np.array([amount for _, amount in PROJECTS])[project]
    amount = (np.round(lognormal(rng, 1.0, AMOUNT_SIGMA, count) * usual / 1_000) * 1_000).astype(np.int64)
    reason = choose(
        [name for name, _ in LOST_REASONS], draw(rng, [share for _, share in LOST_REASONS], count)
    )
    ids = world.loader.load(
        "opportunity",
        {
            "number": world.loader.numbers("OP", calendar.years(opened)),
            "name": [
                customers.short_names[who] + PROJECTS[what][0]
                for who, what in zip(customer.tolist(), project.tolist(), strict=True)
            ],
            "customer_id": customers.ids[customer],
            "amount": amount * MONEY,
            "stage": choose(STAGES, stage),
            "opened_on": calendar.dates(opened),
            "closed_on": link(calendar.dates(np.where(is_decided, decided, 0).astype(np.int64)), is_decided),
            "owner_id": world.organisation.person_ids[customers.owner[customer]],
            "lost_reason": link(reason, stage == LOST),
            "created_at": calendar.moments(opened * DAY + 10 * 3_600),
        },
    )
    return Opportunities(ids, opened, decided, stage, customers.owner[customer])
