"""Walking a document along its state graph: who may, which rules guard it, what follows from it.

The graphs stand on the entities, the rules in operational/rules; the steps that were made in steps.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from operational.crud.access import Actor, may
from operational.crud.conflict import conflict
from operational.crud.find import visible_id
from operational.crud.lines import values_of
from operational.crud.lock import locked
from operational.crud.record import Record, record_of
from operational.crud.refusal import Invalid, NotAllowed, Problem, Refused
from operational.crud.steps import last_step, write_step
from operational.crud.validate import problem
from operational.crud.whole import order_of_times
from operational.crud.write import apply, editable_fields, stamp
from operational.entity import Entity
from operational.field import Label
from operational.rules.register import Context, run_effects, run_guards
from operational.states import StateGraph, Transition


def walk(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    key: str,
    verb: str,
    *,
    comment: str = "",
    values: dict[str, Any] | None = None,
    version: int | None = None,
) -> Record:
    """Make a move; `values` are fields that the move needs, typed with it.

    The record is held from the first look at it, so of two who make the same move one wins and the other
    is Refused with the winner's name. Raises NotFound, NotAllowed, Refused, Conflict, Invalid.
    """
    record = locked(session, entity_cls, visible_id(session, actor, entity_cls, key, "read"))
    graph = _graph(entity_cls)
    move = graph.move(verb, state_of(record))
    if move is None or move.by_system:
        raise _illegal(session, graph, record, verb, key)
    if not _has_role(actor, move):
        raise NotAllowed(
            Label(
                f"您的角色（{actor.role}）不能执行“{move.label.zh}”；请交给有权的同事。",
                f"Your role ({actor.role}) may not '{move.label.en}'; leave it to a colleague who may.",
            )
        )
    if version is not None and record.version != version:
        raise conflict(session, actor, entity_cls, record, values or {}, version)
    if values:
        free = set(move.needs)
        if may(actor, "edit", entity_cls):
            free |= editable_fields(record)
        apply(session, actor, record, values, None, free=free)
    _check_asked(entity_cls, record, move, comment)
    context = Context(verb, comment)
    run_guards(session, record, actor, context, move.guards)
    _step(session, actor, record, move, comment)
    run_effects(session, record, actor, context, move.effects)
    session.flush()
    late = list(order_of_times(entity_cls, values_of(record)))
    if late:
        raise Invalid(late)
    return record_of(session, actor, entity_cls, record.id)


def move_by_system(session: Session, actor: Actor, record: Entity, verb: str) -> None:
    """Make a move that only the machine makes, on a held record, because of something that the actor did.

    Raises KeyError where the graph has no such move from here: that is an error in a rule, not in a record.
    """
    move = _graph(type(record)).move(verb, state_of(record))
    if move is None or not move.by_system:
        raise KeyError(f"{record.__tablename__}: no system move '{verb}' from '{state_of(record)}'")
    _step(session, actor, record, move, "")


def moves(session: Session, actor: Actor, entity_cls: type[Entity], record: Record) -> list[Transition]:
    """The moves that the actor's role may make from the record's present state, in the graph's order.

    Guards are asked when a move is made, not here; the record is one that the actor was given to read.
    """
    graph = entity_cls.__entity__.graph
    if graph is None:
        return []
    leaving = graph.leaving(record.state or graph.initial)
    return [move for move in leaving if not move.by_system and _has_role(actor, move)]


def state_of(record: Entity) -> str:
    """The state of a record; one that never had one is in the initial state."""
    graph = _graph(type(record))
    state: str = getattr(record, graph.field) or graph.initial
    return state


def _graph(cls: type[Entity]) -> StateGraph:
    graph = cls.__entity__.graph
    if graph is None:
        name = cls.__entity__.label
        raise Refused("state", Label(f"{name.zh}没有状态流程。", f"{name.en} has no states to move between."))
    return graph


def _has_role(actor: Actor, move: Transition) -> bool:
    return actor.role == "admin" or actor.role in move.roles


def _illegal(session: Session, graph: StateGraph, record: Entity, verb: str, key: str) -> Refused:
    """Why there is no such move now: the present state, and who brought the record there."""
    label = next((move.label for move in graph.transitions if move.verb == verb), Label(verb, verb))
    state = graph.state(state_of(record)).label
    step: Any = last_step(session, record)
    zh = en = ""
    if step is not None and step.changed_by:
        zone = session.info["zone"]
        when = f"{step.changed_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        zh = f"（{step.changed_by} 于 {when}）"
        en = f" (since {when}, by {step.changed_by})"
    return Refused(
        "state",
        Label(
            f"{key} 现为“{state.zh}”{zh}，不能“{label.zh}”；请刷新后再看。",
            f"{key} is now '{state.en}'{en}, so it cannot '{label.en}'; reload to see its present state.",
        ),
    )


def _check_asked(cls: type[Entity], record: Entity, move: Transition, comment: str) -> None:
    problems = [
        problem(
            cls.__fields__[name],
            None,
            Label(f"“{move.label.zh}”前必填，请填写。", f"is required before '{move.label.en}'; fill it in."),
        )
        for name in move.needs
        if getattr(record, cls.__fields__[name].column) is None
    ]
    if move.asks == "reason" and not comment.strip():
        problems.append(
            Problem(
                "comment",
                None,
                Label(
                    f"“{move.label.zh}”需要原因，请填写。", f"'{move.label.en}' needs a reason; write one."
                ),
            )
        )
    if len(comment) > COMMENT_LENGTH:
        problems.append(
            Problem(
                "comment",
                None,
                Label(
                    f"说明最多 {COMMENT_LENGTH} 字，请缩短。",
                    f"The comment has room for {COMMENT_LENGTH} characters; shorten it.",
                ),
            )
        )
    if problems:
        raise Invalid(problems)


COMMENT_LENGTH = 500


def _step(session: Session, actor: Actor, record: Entity, move: Transition, comment: str) -> None:
    source = state_of(record)
    setattr(record, _graph(type(record)).field, move.target)
    stamp(record, actor)
    session.flush()
    write_step(session, actor, record, move.verb, source, move.target, comment.strip())
