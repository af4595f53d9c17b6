"""Keeping supply proposals equal to the needs that the figures show: made, changed, or dropped, each by its verb.

What is needed is reckoned elsewhere and comes as plain values; what people do with a proposal stands in
order_proposed.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.record import SEPARATOR, links_of
from operational.crud.refusal import Declined
from operational.crud.walk import walk
from operational.crud.write import create, update
from operational.entities.distribution.item import Item
from operational.entities.distribution.supply_proposal import SupplyProposal
from operational.entities.organisation.depot import Depot

UNDER_WAY = ("accepted", "released")  # people have taken it up: nothing is proposed beside it
GONE = "需求已消失 · The need has gone."


@dataclass(frozen=True)
class Need:
    """What a depot lacks, by codes, and the figures that say so; field names are those of the proposal."""

    item: str
    depot: str
    action: str
    quantity: Decimal
    needed_on: date
    reason_zh: str
    reason_en: str
    rule_version: str
    on_hand: Decimal
    position: Decimal
    reorder_point: Decimal
    safety_stock: Decimal


@dataclass
class Settled:
    """How many proposals were made, changed, dropped, and refused by a rule of the store."""

    made: int = 0
    changed: int = 0
    dropped: int = 0
    refused: int = 0


def settle_proposals(session: Session, actor: Actor, needs: Iterable[Need]) -> Settled:
    """Make the open proposals say what is needed; an unchanged need leaves its proposal untouched.

    A need is the same while action and quantity are. What people took up stays as they took it up, and what
    they dismissed is not proposed again for the same need.
    """
    wanted = {SEPARATOR.join((need.item, need.depot)): need for need in needs}
    latest = _latest(session)
    settled = Settled()
    for place, need in wanted.items():
        _settle(session, actor, need, latest.get(place), settled)
    for place, proposal in latest.items():
        if proposal.state == "proposed" and place not in wanted:
            walk(session, actor, SupplyProposal, proposal.number, "dismiss", comment=GONE)
            settled.dropped += 1
    return settled


def _settle(
    session: Session, actor: Actor, need: Need, latest: SupplyProposal | None, settled: Settled
) -> None:
    same = latest is not None and (latest.action, latest.quantity) == (need.action, need.quantity)
    dismissed = latest is not None and latest.state == "dismissed" and latest.updated_by != actor.login
    if latest is not None and (
        latest.state in UNDER_WAY or (same and (latest.state == "proposed" or dismissed))
    ):
        return
    try:
        with session.begin_nested():
            if latest is not None and latest.state == "proposed":
                update(session, actor, SupplyProposal, latest.number, asdict(need))
                settled.changed += 1
            else:
                create(session, actor, SupplyProposal, asdict(need))
                settled.made += 1
    except Declined:  # an item or depot that is gone meanwhile
        settled.refused += 1


def _latest(session: Session) -> dict[str, SupplyProposal]:
    """The newest proposal of each item and depot, by their codes."""
    newest = {
        (one.item_id, one.depot_id): one
        for one in session.scalars(select(SupplyProposal).order_by(SupplyProposal.id))
    }
    items = links_of(session, Item, {item for item, _ in newest})
    depots = links_of(session, Depot, {depot for _, depot in newest})
    return {
        SEPARATOR.join((items[item].key, depots[depot].key)): one for (item, depot), one in newest.items()
    }
