"""Claiming a service request: it becomes the claimer's, who must have the skill that its fault asks for.

That two claims give one winner is walk.py's doing: the request is held while it is claimed.
"""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.refusal import Refusal
from operational.entities.organisation.person import Person
from operational.entities.service.service_request import ServiceRequest
from operational.field import Label
from operational.rules.register import Context, effect


@effect
def assign_to_actor(
    session: Session, request: ServiceRequest, actor: Actor, context: Context
) -> Refusal | None:
    """Make the actor's person the assignee.

    A request with a fault goes only to somebody who has that skill; a person for whom no skills are
    declared may claim any.
    """
    if actor.person_id is None:
        return Refusal(
            Label(
                f"登录名 {actor.login} 未关联员工，不能预约；请管理员关联。",
                f"The login {actor.login} is linked to no person, so it cannot claim; ask an administrator.",
            )
        )
    person = session.get_one(Person, actor.person_id)
    skills = skills_of(person)
    if request.fault and skills and request.fault.strip().casefold() not in skills:
        return Refusal(
            Label(
                f"{person.name} 的技能（{person.skills}）不含故障“{request.fault}”；请由具备该技能者预约。",
                f"The skills of {person.name} ({person.skills}) do not include the fault '{request.fault}'; "
                "leave it to a colleague who has it.",
            )
        )
    request.assignee_id = person.id
    return None


def skills_of(person: Person) -> set[str]:
    """The declared skills, in lower case; separated by commas or semicolons, Western or Chinese."""
    parts = re.split(r"[,;，；、]", person.skills or "")
    return {part.strip().casefold() for part in parts if part.strip()}


@effect
def unassign(session: Session, request: ServiceRequest, actor: Actor, context: Context) -> Refusal | None:
    """The request is nobody's again; its first response stays."""
    request.assignee_id = None
    return None
