"""By when a request should be answered and resolved, by the terms of its agreement.

The terms are found in agreement_in_force.py, the open hours counted in business_clock.py; whether a promise was
kept is the warehouse's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import zone
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.organisation.state_change import StateChange
from operational.entities.service.service_agreement import ServiceAgreement
from operational.entities.service.service_request import ServiceRequest
from operational.field import Label
from operational.rules.agreement_in_force import agreement_for, terms_for
from operational.rules.business_clock import opening_hours
from operational.rules.register import Context, effect

PAUSED = "waiting_customer"


@effect
def promise_times(
    session: Session, request: ServiceRequest, actor: Actor, context: Context
) -> Refusal | None:
    """Give a request its agreement where it has none, and the times that follow from it; an agreement of
    another customer is refused."""
    here = zone(session)
    opened = request.opened_at.astimezone(here).replace(tzinfo=None)
    if request.agreement_id is None:
        request.agreement_id = agreement_for(session, request, opened.date())
    elif session.get_one(ServiceAgreement, request.agreement_id).customer_id != request.customer_id:
        return Refusal(
            Label("该服务协议属于另一客户；请留空或另选。", "That agreement is another customer's; leave it empty or choose another."),
            tuple(links_of(session, ServiceAgreement, [request.agreement_id]).values()),
        )  # fmt: skip
    terms = terms_for(session, request)
    request.response_due_at = request.resolution_due_at = None
    if terms is None:
        return None
    hours = opening_hours(session, terms.calendar_id)
    if terms.response_hours is not None:
        request.response_due_at = _instant(hours.after(opened, _span(terms.response_hours)), here)
    if terms.resolution_hours is not None:
        running = _running(session, request, here) if terms.pauses_for_customer else [(opened, None)]
        request.resolution_due_at = _instant(hours.promised(running, _span(terms.resolution_hours)), here)
    return None


def _running(
    session: Session, request: ServiceRequest, here: ZoneInfo
) -> Iterator[tuple[datetime, datetime | None]]:
    """The spans, on the wall, in which nobody waited for the customer."""
    begin: datetime | None = request.opened_at
    steps = select(StateChange).where(
        StateChange.entity == request.__tablename__, StateChange.record == request.id
    )
    for step in session.scalars(steps.order_by(StateChange.sequence)):
        if step.to_state == PAUSED and begin is not None:
            yield _wall(begin, here), _wall(max(step.changed_at, begin), here)
            begin = None
        elif step.to_state != PAUSED and begin is None:
            begin = step.changed_at
    if begin is not None:
        yield _wall(begin, here), None


def _span(hours: Decimal) -> timedelta:
    return timedelta(seconds=int(hours * 3600))


def _wall(instant: datetime, here: ZoneInfo) -> datetime:
    return instant.astimezone(here).replace(tzinfo=None)


def _instant(wall: datetime | None, here: ZoneInfo) -> datetime | None:
    return None if wall is None else wall.replace(tzinfo=here)
