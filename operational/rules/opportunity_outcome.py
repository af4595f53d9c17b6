"""Winning, losing and reopening an opportunity: its closing day comes and goes with its outcome."""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import today
from operational.crud.refusal import Refusal
from operational.entities.marketing.opportunity import Opportunity
from operational.rules.register import Context, effect


@effect
def close_opportunity(
    session: Session, opportunity: Opportunity, actor: Actor, context: Context
) -> Refusal | None:
    """Closed today."""
    opportunity.closed_on = today(session)
    return None


@effect
def reopen_opportunity(
    session: Session, opportunity: Opportunity, actor: Actor, context: Context
) -> Refusal | None:
    """Open again: no closing day, no reason lost; both stay in the history."""
    opportunity.closed_on = None
    opportunity.lost_reason = None
    return None
