"""Which service agreement holds for a request, and what it promises: the terms in force on the day of opening.

By when that is due is reckoned in promise_times.py; the warehouse finds the terms of history in core.request_terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from operational.crud.lines import stored_lines
from operational.entities.service.service_agreement import ServiceAgreement
from operational.entities.service.service_request import ServiceRequest

# A draft promises nothing and a suspended one promises nothing while it is; of the others the period decides.
PROMISING = ("active", "expired", "terminated", "renewed")


@dataclass(frozen=True)
class Terms:
    """What is promised to one request; hours of the calendar, None where nothing is."""

    calendar_id: int | None
    response_hours: Decimal | None
    resolution_hours: Decimal | None
    pauses_for_customer: bool


def agreement_for(session: Session, request: ServiceRequest, day: date) -> int | None:
    """The agreement of the request's customer that covers it on a day: one that names the unit before one for
    all units, then the one that began last."""
    candidates = session.scalars(
        select(ServiceAgreement)
        .where(
            ServiceAgreement.customer_id == request.customer_id,
            ServiceAgreement.state.in_(PROMISING),
            ServiceAgreement.starts_on <= day,
            or_(ServiceAgreement.ends_on.is_(None), ServiceAgreement.ends_on >= day),
        )
        .order_by(ServiceAgreement.starts_on.desc(), ServiceAgreement.id.desc())
    )
    for_all: int | None = None
    for one in candidates:
        units = {line.unit_id for line in stored_lines(session, ServiceAgreement, one.id)} - {None}
        if request.unit_id in units:
            return one.id
        if not units and for_all is None:
            for_all = one.id
    return for_all


def terms_for(session: Session, request: ServiceRequest) -> Terms | None:
    """The terms of the request's agreement for its unit and priority; None without an agreement."""
    if request.agreement_id is None:
        return None
    agreement = session.get_one(ServiceAgreement, request.agreement_id)
    lines = stored_lines(session, ServiceAgreement, agreement.id)
    return Terms(
        agreement.calendar_id,
        _target(lines, request, "response_hours", agreement.response_hours),
        _target(lines, request, "resolution_hours", agreement.resolution_hours),
        bool(agreement.pauses_for_customer),
    )


def _target(
    lines: Sequence[Any], request: ServiceRequest, name: str, otherwise: Decimal | None
) -> Decimal | None:
    """The target of the line that says most about the request: unit and priority, priority, unit; else the
    header's. Of several such lines the longest time counts."""
    for unit, priority in (
        (request.unit_id, request.priority),
        (None, request.priority),
        (request.unit_id, None),
    ):
        found = [
            getattr(line, name)
            for line in lines
            if (line.unit_id, line.priority) == (unit, priority)
            and (unit or priority)
            and getattr(line, name) is not None
        ]
        if found:
            return max(found)
    return otherwise
