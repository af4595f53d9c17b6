"""How many records wait in each state: what a list shows above its rows.

The rows themselves, and the total of a list, come from find.py.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, require
from operational.crud.filter import Where
from operational.crud.find import narrowing
from operational.entity import Entity


def count_open_states(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    *,
    where: Where | None = None,
    search: str = "",
) -> dict[str, int]:
    """Records by state that the actor may read and the filter leaves, of those states that are not final.

    Finished records are the mass and nobody acts on them: leaving them out keeps the cost with the work
    that is open. Empty for an entity without states. Raises NotAllowed, or Invalid for a bad filter.
    """
    require(actor, "read", entity_cls)
    graph = entity_cls.__entity__.graph
    if graph is None:
        return {}
    open_states = [one.name for one in graph.states if not one.final]
    column = entity_cls.__table__.c[entity_cls.__fields__[graph.field].column]
    statement = (
        select(column, func.count())
        .where(column.in_(open_states), *narrowing(session, actor, entity_cls, where or {}, search))
        .group_by(column)
    )
    counted: dict[str, int] = dict(session.execute(statement).all())
    return {name: counted.get(name, 0) for name in open_states}
