"""Four eyes: who makes a document does not approve it.

Which moves are approvals is said on the graphs.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.refusal import Refusal
from operational.entity import Entity
from operational.field import Label
from operational.rules.register import Context, guard


@guard
def approver_is_not_creator(
    session: Session, record: Entity, actor: Actor, context: Context
) -> Refusal | None:
    """Refuse where the login that created the record approves it; this holds for administrators too."""
    if record.created_by != actor.login:
        return None
    return Refusal(
        Label(
            f"此单据由您（{actor.login}）创建，须由另一位有权的同事批准。",
            f"You ({actor.login}) created this document; another colleague with the right must approve it.",
        )
    )
