"""Supply proposals on their way: accepting one drafts an inbound document, whose states the proposal follows.

Who makes proposals, and from which figures, is not the store's business.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lock import locked
from operational.crud.refusal import Refusal
from operational.crud.validate import Draft, LineDraft
from operational.crud.walk import move_by_system
from operational.crud.write import insert
from operational.entities.distribution.inbound import GRAPH, Inbound
from operational.entities.distribution.item import Item
from operational.entities.distribution.supply_proposal import SupplyProposal
from operational.rules.register import Context, effect

KINDS = {"order": "purchase", "make": "production"}  # of actions
FOLLOWS = (("ordered", "released", "release"), ("draft", "accepted", ""), ("posted", "closed", "close"))


@effect
def draft_inbound(
    session: Session, proposal: SupplyProposal, actor: Actor, context: Context
) -> Refusal | None:
    """A draft of what the proposal says, for the depot that it names; the day is for the supplier to promise."""
    values = {
        "kind": KINDS[proposal.action],
        "depot": proposal.depot_id,
        "proposal": proposal.id,
        GRAPH.field: GRAPH.initial,
    }
    cost = session.get_one(Item, proposal.item_id).standard_cost
    line = LineDraft(1, None, {"item": proposal.item_id, "quantity": proposal.quantity, "unit_cost": cost})
    insert(session, actor, Inbound, Draft(values, [line]))
    return None


@effect
def follow_inbound(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """Bring the proposal behind an inbound document to the state that its documents say."""
    if inbound.proposal_id is None:
        return None
    proposal = locked(session, SupplyProposal, inbound.proposal_id)
    states = set(session.scalars(select(Inbound.state).where(Inbound.proposal_id == proposal.id)))
    target, verb = next(((state, verb) for of, state, verb in FOLLOWS if of in states), ("dismissed", "drop"))
    if verb and proposal.state != target:
        if (proposal.state, target) == ("accepted", "closed"):  # received without having been ordered before
            move_by_system(session, actor, proposal, "release")
        move_by_system(session, actor, proposal, verb)
    return None
