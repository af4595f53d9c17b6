"""The steps of recent service requests and complaints along their states.

When each happened is known from requests.py and complaints.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from operational.demo import complaints as complaint
from operational.demo import service_records as service
from operational.demo.calendar import DAY, Flags, Floats, Ints
from operational.demo.complaints import Complaints
from operational.demo.loading import choose
from operational.demo.requests import Requests
from operational.demo.steps import Names, Steps
from operational.demo.words.sales_words import REOPEN_REASONS
from operational.demo.world import World

HOUR = 3_600


def request_steps(
    world: World, steps: Steps, requests: Requests, state: Ints, ids: Ints, assignee: Ints
) -> None:
    """Registered, claimed, worked on, resolved, perhaps again, closed."""
    rng, calendar = world.dice.of("request steps"), world.calendar
    engineer = np.array(world.organisation.person_names)[assignee]
    lead = world.people_named("003", requests.customer)
    end = calendar.end
    recent = (requests.opened >= (calendar.days - world.size.steps_days) * DAY) | ~np.isin(
        state, [service.CLOSED, service.CANCELLED, service.MERGED]
    )
    with np.errstate(invalid="ignore"):
        start = requests.responded + service.CLAIMED_SHARE * (requests.resolved_first - requests.responded)
    waiting = np.minimum(start + HOUR, end - 1)

    def add(
        chosen: Flags, verb: str, before: str, after: str, second: Floats, who: Names, comment: Any = ""
    ) -> None:
        rows = np.flatnonzero(chosen & recent)
        said = comment[rows] if isinstance(comment, np.ndarray) else comment
        steps.add("service_request", ids[rows], (verb, before, after), second[rows], who[rows], said)

    add(np.ones(requests.count, dtype=bool), "create", "", "new", requests.opened, lead)
    add(requests.responded < end, "claim", "new", "claimed", requests.responded, engineer)
    at_work = (state >= service.IN_PROGRESS) & (state <= service.CLOSED)
    add(at_work, "start", "claimed", "in_progress", start, engineer)
    add(
        state == service.WAITING_CUSTOMER,
        "wait_for_customer",
        "in_progress",
        "waiting_customer",
        waiting,
        engineer,
    )
    add(state == service.WAITING_PARTS, "wait_for_parts", "in_progress", "waiting_parts", waiting, engineer)
    add(
        requests.resolved_first < end, "resolve", "in_progress", "resolved", requests.resolved_first, engineer
    )
    again = requests.reopened < end
    reasons = choose(REOPEN_REASONS, rng.integers(len(REOPEN_REASONS), size=requests.count))
    add(again, "reopen", "resolved", "in_progress", requests.reopened, lead, reasons)
    add(again & (requests.resolved < end), "resolve", "in_progress", "resolved", requests.resolved, engineer)
    add(state == service.CLOSED, "close", "resolved", "closed", requests.closed, lead)
    add(state == service.CANCELLED, "cancel", "new", "cancelled", requests.closed, lead, "客户已自行解决")
    add(state == service.MERGED, "merge", "new", "merged", requests.closed, lead, "与同一设备的另一请求合并")


def complaint_steps(world: World, steps: Steps, complaints: Complaints) -> None:
    """Received, acknowledged, investigated, settled."""
    lead, calendar = world.people_named("003", complaints.customer), world.calendar
    recent = complaints.opened >= (calendar.days - world.size.steps_days) * DAY
    took = complaints.resolved - complaints.opened
    settled = complaints.state <= complaint.CLOSED

    def add(chosen: Flags, verb: str, before: str, after: str, second: Floats, comment: str = "") -> None:
        rows = np.flatnonzero(chosen & recent)
        steps.add("complaint", complaints.ids[rows], (verb, before, after), second[rows], lead[rows], comment)

    add(np.ones(len(took), dtype=bool), "create", "", "received", complaints.opened)
    names = complaint.STATES
    for place, verb in (
        (complaint.ACKNOWLEDGED, "acknowledge"),
        (complaint.INVESTIGATING, "investigate"),
        (complaint.PROPOSED, "propose"),
    ):
        at = complaints.opened + complaint.STEPS[place - 1] * took
        add(settled & (complaints.state >= place), verb, names[place - 1], names[place], at)
    add(
        settled & (complaints.state >= complaint.RESOLVED),
        "accept",
        "proposed",
        "resolved",
        complaints.resolved,
    )
    add(complaints.state == complaint.CLOSED, "close", "resolved", "closed", complaints.closed)
    add(
        complaints.state == complaint.REJECTED,
        "reject",
        "received",
        "rejected",
        complaints.resolved,
        "经核实与我方产品无关",
    )
