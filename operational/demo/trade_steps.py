"""The steps of recent orders and opportunities along their states.

Shipping and returns move an order as the rules derive it from quantities.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from operational.demo.calendar import DAY, Flags, Ints
from operational.demo.loading import choose
from operational.demo.opportunities import LOST, STAGES, STEPS, WON, Opportunities
from operational.demo.order_states import OrderStates
from operational.demo.orders import DRAFT, REJECTED_ONE, VOID, Orders
from operational.demo.returns import RECEIVED_AFTER, Returns
from operational.demo.shipping import NEVER, Shipments
from operational.demo.steps import Names, Steps
from operational.demo.words.sales_words import REJECT_REASONS, VOID_REASONS
from operational.demo.world import World

HOUR = 3_600


def order_steps(
    world: World,
    steps: Steps,
    orders: Orders,
    shipments: Shipments,
    returns: Returns,
    states: OrderStates,
    ids: Ints,
) -> None:
    """Entered and submitted by the seller, approved by the head of sales; shipping follows from quantities."""
    rng, calendar = world.dice.of("order steps"), world.calendar
    seller = np.array(world.organisation.person_names)[world.customers.owner[orders.customer]]
    lead = world.people_named("002", orders.customer)
    recent = orders.day >= calendar.days - world.size.steps_days
    entered = orders.day * DAY + orders.second
    submitted = entered + rng.integers(300, 2_400, orders.count)
    approved = np.minimum(
        submitted + rng.integers(600, 4 * HOUR, orders.count), (orders.day + 1) * DAY - HOUR
    )

    def add(
        chosen: Flags, verb: str, before: str, after: str, second: Any, who: Names, comment: Any = ""
    ) -> None:
        rows = np.flatnonzero(chosen & recent)
        said = comment[rows] if isinstance(comment, np.ndarray) else comment
        steps.add("order", ids[rows], (verb, before, after), second[rows], who[rows], said)

    def words(reasons: tuple[str, ...]) -> Names:
        return choose(reasons, rng.integers(len(reasons), size=orders.count))

    everyone = np.ones(orders.count, dtype=bool)
    add(everyone, "create", "", "draft", entered, seller)
    add(orders.fate != DRAFT, "submit", "draft", "submitted", submitted, seller)
    add(orders.counted, "approve", "submitted", "approved", approved, lead)
    add(orders.fate == REJECTED_ONE, "reject", "submitted", "rejected", approved, lead, words(REJECT_REASONS))
    add(orders.fate == VOID, "void", "submitted", "void", approved, lead, words(VOID_REASONS))

    first, line_day = orders.first_line, shipments.line_day
    left = shipments.left(calendar)
    one = np.minimum.reduceat(line_day, first)
    two = np.maximum.reduceat(np.where(left, line_day, -1), first)
    gone = np.logical_and.reduceat(left, first)
    out, at_once = (one < calendar.days) & orders.counted, np.maximum.reduceat(line_day, first) == one
    add(out & at_once, "ship", "approved", "shipped", one * DAY + 17 * HOUR, lead)
    add(
        out & ~at_once,
        "ship_partly",
        "approved",
        "partly_shipped",
        np.minimum(one, calendar.days) * DAY + 17 * HOUR,
        lead,
    )
    back = np.full(orders.count, NEVER)
    note = np.flatnonzero(returns.counted)
    back[returns.order[note]] = returns.day[note] + RECEIVED_AFTER
    back = np.where(back < states.closed_on, back, NEVER)
    whole = gone & (back > two)  # else the rest went out when something had come back already
    add(out & ~at_once & whole, "ship", "partly_shipped", "shipped", two * DAY + 17 * HOUR, lead)
    returned = whole & (back < NEVER)
    add(
        returned,
        "ship_partly",
        "shipped",
        "partly_shipped",
        np.minimum(back, calendar.days) * DAY + 15 * HOUR,
        lead,
    )
    closed = states.closed_on < NEVER
    incomplete = returned | ~whole
    closing = np.minimum(states.closed_on, calendar.days) * DAY + 18 * HOUR
    add(closed & ~incomplete, "close", "shipped", "closed", closing, lead)
    add(closed & incomplete, "close_short", "partly_shipped", "closed", closing, lead, "余量不再发货")


def opportunity_steps(world: World, steps: Steps, opportunities: Opportunities) -> None:
    """From prospecting through the stages to won or lost."""
    owner = np.array(world.organisation.person_names)[opportunities.owner]
    since = world.calendar.days - world.size.steps_days
    recent = (opportunities.opened >= since) | (opportunities.stage < WON)
    begin = opportunities.opened * DAY + 10 * HOUR
    took = (np.floor(opportunities.decided) - opportunities.opened) * DAY + 5 * HOUR

    def add(chosen: Flags, verb: str, before: str, after: str, second: Any) -> None:
        rows = np.flatnonzero(chosen & recent)
        steps.add("opportunity", opportunities.ids[rows], (verb, before, after), second[rows], owner[rows])

    add(np.ones(len(begin), dtype=bool), "create", "", STAGES[0], begin)
    for place, verb in ((1, "qualify"), (2, "propose"), (3, "negotiate")):
        add(
            opportunities.stage >= place,
            verb,
            STAGES[place - 1],
            STAGES[place],
            begin + STEPS[place - 1] * took,
        )
    add(opportunities.stage == WON, "win", "negotiating", "won", begin + took)
    add(opportunities.stage == LOST, "lose", "negotiating", "lost", begin + took)
