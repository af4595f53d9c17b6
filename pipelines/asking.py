"""Questions asked from outside the pages: a question, an actor and the published warehouse become an answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from operational.crud.access import warehouse_scope
from warehouse.ask import ask, rows_behind
from warehouse.connect import Warehouse

if TYPE_CHECKING:
    from operational.crud.access import Actor
    from operational.store.session import Store
    from warehouse.question import Question

MOST_ROWS = 1_000_000


def answer_question(
    store: Store, actor: Actor, question: Question, *, snapshot: str | None = None, rows: bool = False
) -> Any:
    """The Answer, or with `rows` the RowsBehind, under the actor's row rules, from a snapshot or the current state."""
    with store.reading() as session:
        scope = warehouse_scope(session, actor)
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        connection = warehouse.at(snapshot) if snapshot else warehouse.cursor()[0]
        if rows:
            return rows_behind(connection, question, scope, MOST_ROWS)
        return ask(connection, question, scope)
    finally:
        warehouse.close()


def fitted_models(
    store: Store,
    actor: Actor,
    name: str | None,
    *,
    as_of: date | None,
    where: tuple[str, ...],
    by: tuple[str, ...] = (),
    start: date | None = None,
) -> list[dict[str, Any]]:
    """The fitted models as plain data, under the actor's row rules."""
    from warehouse.ask import models

    with store.reading() as session:
        scope = warehouse_scope(session, actor)
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        return models(warehouse.cursor()[0], name, as_of=as_of, where=where, scope=scope, by=by, start=start)
    finally:
        warehouse.close()
