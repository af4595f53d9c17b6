"""The clocks of requests and complaints: first response once, resolution at every one, reopening counted.

Durations and targets are the warehouse's business.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import now
from operational.crud.refusal import Refusal
from operational.entities.service.complaint import Complaint
from operational.entities.service.service_request import ServiceRequest
from operational.rules.register import Context, effect

Case = ServiceRequest | Complaint


@effect
def stamp_first_response(
    session: Session, request: ServiceRequest, actor: Actor, context: Context
) -> Refusal | None:
    """The first response is set once and stays."""
    if request.first_response_at is None:
        request.first_response_at = now()
    return None


@effect
def stamp_resolution(session: Session, case: Case, actor: Actor, context: Context) -> Refusal | None:
    """Resolved now; a request also keeps when it was resolved for the first time."""
    case.resolved_at = now()
    if isinstance(case, ServiceRequest) and case.first_resolved_at is None:
        case.first_resolved_at = case.resolved_at
    return None


@effect
def stamp_closing(session: Session, case: Case, actor: Actor, context: Context) -> Refusal | None:
    """Closed now."""
    case.closed_at = now()
    return None


@effect
def count_reopening(session: Session, case: Case, actor: Actor, context: Context) -> Refusal | None:
    """The case is open again: its end is taken away, its first resolution stays, the reopening counts."""
    case.resolved_at = None
    case.closed_at = None
    if isinstance(case, ServiceRequest):
        case.reopened_count = (case.reopened_count or 0) + 1
    return None
