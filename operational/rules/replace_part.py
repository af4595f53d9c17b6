"""A part that was replaced from a depot leaves that depot's stock; without a depot none moves."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.refusal import Refusal
from operational.entities.service.part_replacement import PartReplacement
from operational.rules.register import Context, effect
from operational.rules.stock import Move, move_stock, shortage


@effect
def issue_replaced_part(
    session: Session, replacement: PartReplacement, actor: Actor, context: Context
) -> Refusal | None:
    """Take the part out of stock at the time of the replacement, or refuse for want of it."""
    quantity = replacement.quantity or Decimal(0)
    if replacement.depot_id is None or quantity == 0:
        return None
    issue = Move(replacement.part_id, replacement.depot_id, quantity)
    refusal = shortage(session, [issue], replacement.replaced_at)
    if refusal is not None:
        return refusal
    out = Move(replacement.part_id, replacement.depot_id, -quantity)
    source = f"part_replacement:{replacement.number}"
    move_stock(session, actor, "issue", source, replacement.replaced_at, [out])
    return None
