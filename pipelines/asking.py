"""Questions asked from outside the pages: a question, an actor and the published warehouse become an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from operational.crud.access import warehouse_scope
from pipelines.progress import Progress, silent
from warehouse.ask import Scope, ask, rows_behind
from warehouse.connect import NOT_IN_STATE, NotPublishedError, Warehouse
from warehouse.question import whole_question

if TYPE_CHECKING:
    from operational.crud.access import Actor
    from operational.store.session import Store
    from warehouse.catalog import Metric
    from warehouse.question import Question

MOST_ROWS = 1_000_000
_MADE_OTHERWISE = {
    "zh": "该状态按今天的表定义重建，与发布时的定义不同。",
    "en": "This state was rebuilt with today's declarations of tables; it was published with others.",
}


def answer_question(
    store: Store,
    actor: Actor,
    question: Question,
    *,
    snapshot: str | None = None,
    known_on: datetime | None = None,
    rows: bool = False,
    progress: Progress | None = None,
) -> Any:
    """The Answer, or with `rows` the RowsBehind, under the actor's row rules.

    From the current state, from a published one, or from what was known at an instant; the row rules are
    always those of today.
    """
    with store.reading() as session:
        scope = warehouse_scope(session, actor)
    if known_on is not None:
        from pipelines.rebuild import known_state

        return _answer(store, question, scope, known_state(store, known_on, progress or silent), rows)
    if snapshot is None:
        return _answer(store, question, scope, None, rows)
    return _answer_of_past(store, question, scope, snapshot, rows, progress or silent)


def _answer(store: Store, question: Question, scope: Scope, state: str | None, rows: bool) -> Any:
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        connection = warehouse.at(state) if state else warehouse.cursor()[0]
        if rows:
            return rows_behind(connection, question, scope, MOST_ROWS)
        return ask(connection, question, scope)
    finally:
        warehouse.close()


def _answer_of_past(
    store: Store, question: Question, scope: Scope, snapshot: str, rows: bool, progress: Progress
) -> Any:
    """The answer of a published state's own file, or where that is gone or too old for the question, of its rebuilding."""
    from pipelines.rebuild import declared_otherwise, published_state

    state = published_state(store, snapshot, progress)
    try:
        found = _answer(store, question, scope, state, rows)
    except NOT_IN_STATE:
        if state != snapshot or not declared_otherwise(store, snapshot):
            raise
        state = published_state(store, snapshot, progress, as_declared_today=True)
        found = _answer(store, question, scope, state, rows)
    if state != snapshot and declared_otherwise(store, snapshot):
        return replace(found, notes=(*found.notes, _MADE_OTHERWISE))
    return found


def statement_of(store: Store, actor: Actor, metric: Metric) -> str | None:
    """The SQL that the metric is computed by over everything there is now; None before the first load."""
    try:
        return str(answer_question(store, actor, whole_question(metric)).sql)
    except NotPublishedError:
        return None


def fitted_models(
    store: Store,
    actor: Actor,
    name: str | None,
    *,
    as_of: date | datetime | None,
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


def rules_of_items(
    store: Store, actor: Actor, question: Question, *, support: float, confidence: float
) -> list[dict[str, Any]]:
    """The rules of items bought together as plain data, under the actor's row rules."""
    from warehouse.ask import item_rules

    with store.reading() as session:
        scope = warehouse_scope(session, actor)
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        return item_rules(warehouse.cursor()[0], question, scope, support=support, confidence=confidence)
    finally:
        warehouse.close()
