"""The period of a service agreement: it expires after its end, ends today when it is terminated, and goes on in a
successor when renewed.

Whom it covers meanwhile is said in agreement_in_force.py.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import today
from operational.crud.lines import stored_lines, values_of
from operational.crud.lock import locked
from operational.crud.refusal import Refusal
from operational.crud.validate import Draft, LineDraft
from operational.crud.walk import move_by_system
from operational.crud.write import insert
from operational.entities.service.service_agreement import GRAPH, ServiceAgreement
from operational.rules.register import Context, daily, effect


@effect
def end_agreement_today(
    session: Session, agreement: ServiceAgreement, actor: Actor, context: Context
) -> Refusal | None:
    """What would go on ends today; requests of today are still covered."""
    day = today(session)
    if agreement.ends_on is None or agreement.ends_on > day:
        agreement.ends_on = max(day, agreement.starts_on)
    return None


@daily
def expire_agreements(session: Session, actor: Actor) -> None:
    """What ended before today has expired."""
    ended = select(ServiceAgreement.id).where(
        ServiceAgreement.state.in_(("active", "suspended")), ServiceAgreement.ends_on < today(session)
    )
    for agreement_id in session.scalars(ended.order_by(ServiceAgreement.id)).all():
        move_by_system(session, actor, locked(session, ServiceAgreement, agreement_id), "expire")


@effect
def draft_successor(
    session: Session, agreement: ServiceAgreement, actor: Actor, context: Context
) -> Refusal | None:
    """A draft with the same terms for a period as long, which begins on the day after this one's end."""
    assert agreement.ends_on is not None  # noqa: S101 - the move needs it
    starts_on = agreement.ends_on + timedelta(days=1)
    values = {name: value for name, value in values_of(agreement).items() if value is not None}
    values |= {
        "starts_on": starts_on,
        "ends_on": starts_on + (agreement.ends_on - agreement.starts_on),
        "renewed_from": agreement.id,
        GRAPH.field: GRAPH.initial,
    }
    for own in ("number", "signed_on"):
        values.pop(own, None)
    lines = [
        LineDraft(number, None, values_of(line))
        for number, line in enumerate(stored_lines(session, ServiceAgreement, agreement.id), start=1)
    ]
    insert(session, actor, ServiceAgreement, Draft(values, lines))
    return None
