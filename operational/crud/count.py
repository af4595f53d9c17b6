"""How many records are in each state: what a list shows above its rows.

The rows themselves, and the total of a list that has no states, come from find.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, require
from operational.crud.filter import Where
from operational.crud.find import COUNT_LIMIT, narrowing
from operational.entity import Entity


@dataclass(frozen=True)
class StateCounts:
    """Records by state; `total` may stop at find.COUNT_LIMIT + 1, and then only open states are counted."""

    by_state: dict[str, int]
    total: int


def count_states(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    *,
    where: Where | None = None,
    search: str = "",
) -> StateCounts:
    """Records by state that the actor may read and the filter leaves, in one pass.

    Of more records than anybody reads only the open ones are counted: finished ones are the mass, and
    nobody acts on them. KeyError for an entity without states. Raises NotAllowed, or Invalid for a bad filter.
    """
    require(actor, "read", entity_cls)
    graph = entity_cls.__entity__.graph
    if graph is None:
        raise KeyError(f"{entity_cls.__tablename__} has no states")
    table = entity_cls.__table__
    column = table.c[entity_cls.__fields__[graph.field].column]
    conditions = narrowing(session, actor, entity_cls, where or {}, search)
    newest = session.scalar(select(func.max(table.c.id))) or 0
    bounded = newest > 2 * COUNT_LIMIT
    counted = _counted(session, column, conditions, bounded=bounded)
    total = sum(counted.values())
    if total > COUNT_LIMIT:
        open_states = [one.name for one in graph.states if not one.final]
        counted = _counted(session, column, [column.in_(open_states), *conditions], bounded=bounded)
    return StateCounts({name or graph.initial: number for name, number in counted.items()}, total)


def _counted(
    session: Session, column: ColumnElement[str], conditions: list[ColumnElement[bool]], *, bounded: bool
) -> dict[str | None, int]:
    statement = select(column, func.count()).where(*conditions).group_by(column)
    if bounded:
        # Stopping costs a sort, so a small table is rather counted whole, in the index of its states
        read = select(column.label("state")).where(*conditions).limit(COUNT_LIMIT + 1).subquery()
        statement = select(read.c.state, func.count()).group_by(read.c.state)
    return {state: number for state, number in session.execute(statement)}  # noqa: C416 - dict() takes a result for a mapping
