"""The steps of recent documents along their states, as walking them would have left them.

Older documents have only their state: nobody looks up how an order of three years ago was approved.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from operational.demo import complaints as complaint
from operational.demo import opportunities as opportunity
from operational.demo import service_records as service
from operational.demo.calendar import DAY, Calendar, Flags, Floats, Ints
from operational.demo.complaints import Complaints
from operational.demo.dice import ranks_within
from operational.demo.loading import Loader, choose
from operational.demo.opportunities import Opportunities
from operational.demo.order_states import OrderStates
from operational.demo.orders import COUNTED, DRAFT, REJECTED_ONE, VOID, Orders
from operational.demo.requests import Requests
from operational.demo.returns import RECEIVED_AFTER, Returns
from operational.demo.shipping import NEVER, Shipments
from operational.demo.words.sales_words import REJECT_REASONS, REOPEN_REASONS, VOID_REASONS

RECENT_DAYS = {"order": 60, "service_request": 120, "complaint": 150, "opportunity": 200}
HOUR = 3_600
Names = NDArray[np.str_]


class Steps:
    """Collects steps, of several documents at once, and writes them numbered per document."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.parts: list[tuple[Any, ...]] = []

    def add(
        self, entity: str, record: Ints, move: tuple[str, Any, str], second: Any, who: Names, comment: Any = ""
    ) -> None:
        """One step of each record; `move` is verb, state before (one, or one each) and state after."""
        verb, before, after = move
        count = len(record)
        parts = (entity, verb, before, after, comment)
        at = np.minimum(second, self.end - 1).astype(np.int64)
        self.parts.append((record, at, who, *(np.broadcast_to(one, count) for one in parts)))

    def write(self, loader: Loader, calendar: Calendar) -> None:
        """Write everything that was collected, document by document."""
        columns = [np.concatenate(column) for column in zip(*self.parts, strict=True)]
        record, second, who, entity, verb, before, after, comment = columns
        order = np.lexsort((np.arange(len(record)), second, record, entity))
        record, entity = record[order], entity[order]
        document = np.cumsum(np.append(True, (record[1:] != record[:-1]) | (entity[1:] != entity[:-1])))
        moments = calendar.moments(second[order])
        loader.load(
            "state_change",
            {
                "entity": entity,
                "record": record,
                "sequence": ranks_within(document) + 1,
                "verb": verb[order],
                "from_state": np.ma.masked_array(before[order], mask=before[order] == ""),
                "to_state": after[order],
                "changed_at": moments,
                "changed_by": who[order],
                "comment": np.ma.masked_array(comment[order], mask=comment[order] == ""),
                "created_at": moments,
            },
        )


def order_steps(
    rng: Generator,
    steps: Steps,
    orders: Orders,
    shipments: Shipments,
    returns: Returns,
    states: OrderStates,
    ids: Ints,
    seller: Names,
    lead: Names,
    calendar: Calendar,
) -> None:
    """Entered and submitted by the seller, approved by the head of sales; shipping follows from quantities."""
    recent = orders.day >= calendar.days - RECENT_DAYS["order"]
    entered = orders.day * DAY + orders.second
    submitted = entered + rng.integers(300, 2_400, orders.count)
    approved = np.minimum(submitted + rng.integers(600, 4 * HOUR, orders.count), (orders.day + 1) * DAY - HOUR)

    def add(chosen: Flags, verb: str, before: Any, after: str, second: Any, who: Names, comment: Any = "") -> None:
        rows = np.flatnonzero(chosen & recent)
        which = [one[rows] if isinstance(one, np.ndarray) else one for one in (before, comment)]
        steps.add("order", ids[rows], (verb, which[0], after), second[rows], who[rows], which[1])

    def words(reasons: tuple[str, ...]) -> Names:
        return choose(list(reasons), rng.integers(len(reasons), size=orders.count))

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
    out, at_once = (one < calendar.days) & (orders.fate == COUNTED), np.maximum.reduceat(line_day, first) == one
    add(out & at_once, "ship", "approved", "shipped", one * DAY + 17 * HOUR, lead)
    add(out & ~at_once, "ship_partly", "approved", "partly_shipped", np.minimum(one, calendar.days) * DAY + 17 * HOUR, lead)
    add(out & ~at_once & gone, "ship", "partly_shipped", "shipped", two * DAY + 17 * HOUR, lead)
    back = np.full(orders.count, NEVER)
    note = np.flatnonzero(returns.counted)
    back[returns.order[note]] = returns.day[note] + RECEIVED_AFTER
    back = np.where(back < states.closed_on, back, NEVER)
    returned = gone & (back < NEVER)
    add(returned, "ship_partly", "shipped", "partly_shipped", np.minimum(back, calendar.days) * DAY + 15 * HOUR, lead)
    closed = states.closed_on < NEVER
    incomplete = returned | states.closed_short
    closing = np.minimum(states.closed_on, calendar.days) * DAY + 18 * HOUR
    add(closed & ~incomplete, "close", "shipped", "closed", closing, lead)
    add(closed & incomplete, "close_short", "partly_shipped", "closed", closing, lead, "余量不再发货")


def request_steps(
    rng: Generator, steps: Steps, requests: Requests, state: Ints, ids: Ints, engineer: Names, lead: Names, calendar: Calendar
) -> None:
    """Registered, claimed, worked on, resolved, perhaps again, closed."""
    end = calendar.end
    recent = (requests.opened >= (calendar.days - RECENT_DAYS["service_request"]) * DAY) | ~np.isin(
        state, [service.CLOSED, service.CANCELLED, service.MERGED]
    )
    with np.errstate(invalid="ignore"):
        start = requests.responded + service.CLAIMED_SHARE * (requests.resolved_first - requests.responded)
    waiting = np.minimum(start + HOUR, end - 1)

    def add(chosen: Flags, verb: str, before: str, after: str, second: Floats, who: Names, comment: Any = "") -> None:
        rows = np.flatnonzero(chosen & recent)
        steps.add("service_request", ids[rows], (verb, before, after), second[rows], who[rows], comment)

    add(np.ones(requests.count, dtype=bool), "create", "", "new", requests.opened, lead)
    add(requests.responded < end, "claim", "new", "claimed", requests.responded, engineer)
    at_work = (state >= service.IN_PROGRESS) & (state <= service.CLOSED)
    add(at_work, "start", "claimed", "in_progress", start, engineer)
    add(state == service.WAITING_CUSTOMER, "wait_for_customer", "in_progress", "waiting_customer", waiting, engineer)
    add(state == service.WAITING_PARTS, "wait_for_parts", "in_progress", "waiting_parts", waiting, engineer)
    add(requests.resolved_first < end, "resolve", "in_progress", "resolved", requests.resolved_first, engineer)
    again = requests.reopened < end
    reasons = str(choose(list(REOPEN_REASONS), rng.integers(len(REOPEN_REASONS), size=1))[0])
    add(again, "reopen", "resolved", "in_progress", requests.reopened, lead, reasons)
    add(again & (requests.resolved < end), "resolve", "in_progress", "resolved", requests.resolved, engineer)
    add(state == service.CLOSED, "close", "resolved", "closed", requests.closed, lead)
    add(state == service.CANCELLED, "cancel", "new", "cancelled", requests.closed, lead, "客户已自行解决")
    add(state == service.MERGED, "merge", "new", "merged", requests.closed, lead, "与同一设备的另一请求合并")


def complaint_steps(steps: Steps, complaints: Complaints, lead: Names, calendar: Calendar) -> None:
    """Received, acknowledged, investigated, settled."""
    recent = complaints.opened >= (calendar.days - RECENT_DAYS["complaint"]) * DAY
    took = complaints.resolved - complaints.opened
    settled = complaints.state <= complaint.CLOSED

    def add(chosen: Flags, verb: str, before: str, after: str, second: Floats, comment: str = "") -> None:
        rows = np.flatnonzero(chosen & recent)
        steps.add("complaint", complaints.ids[rows], (verb, before, after), second[rows], lead[rows], comment)

    add(np.ones(len(took), dtype=bool), "create", "", "received", complaints.opened)
    names = complaint.STATES
    for place, verb in ((complaint.ACKNOWLEDGED, "acknowledge"), (complaint.INVESTIGATING, "investigate"), (complaint.PROPOSED, "propose")):
        at = complaints.opened + complaint.STEPS[place - 1] * took
        add(settled & (complaints.state >= place), verb, names[place - 1], names[place], at)
    add(settled & (complaints.state >= complaint.RESOLVED), "accept", "proposed", "resolved", complaints.resolved)
    add(complaints.state == complaint.CLOSED, "close", "resolved", "closed", complaints.closed)
    add(complaints.state == complaint.REJECTED, "reject", "received", "rejected", complaints.resolved, "经核实与我方产品无关")


def opportunity_steps(steps: Steps, opportunities: Opportunities, owner: Names, calendar: Calendar) -> None:
    """From prospecting through the stages to won or lost."""
    recent = (opportunities.opened >= calendar.days - RECENT_DAYS["opportunity"]) | (opportunities.stage < opportunity.WON)
    begin = opportunities.opened * DAY + 10 * HOUR
    took = (np.floor(opportunities.decided) - opportunities.opened) * DAY + 5 * HOUR

    def add(chosen: Flags, verb: str, before: str, after: str, second: Any) -> None:
        rows = np.flatnonzero(chosen & recent)
        steps.add("opportunity", opportunities.ids[rows], (verb, before, after), second[rows], owner[rows])

    names = opportunity.STAGES
    add(np.ones(len(begin), dtype=bool), "create", "", names[0], begin)
    for place, verb in ((1, "qualify"), (2, "propose"), (3, "negotiate")):
        add(opportunities.stage >= place, verb, names[place - 1], names[place], begin + opportunity.STEPS[place - 1] * took)
    add(opportunities.stage == opportunity.WON, "win", "negotiating", "won", begin + took)
    add(opportunities.stage == opportunity.LOST, "lose", "negotiating", "lost", begin + took)


