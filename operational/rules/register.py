"""The register of rules by name: what declarations call guards, effects and offers, and how they are run.

The rules themselves stand in the other files of this folder, one per verb or subject.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from operational.crud.refusal import Refusal, Refused
from operational.entity import Entity
from operational.field import Label

if TYPE_CHECKING:
    from operational.crud.access import Actor


@dataclass(frozen=True)
class Context:
    """What a rule may want to know of the act: its verb, and the comment that was given with it."""

    verb: str
    comment: str = ""


# A rule gets the session, the held record, who acts and the context; it answers None, or why it refuses.
Rule = Callable[[Session, Any, "Actor", Context], Refusal | None]
# A value that a field may take and what is said beside it, by what stands in the header and in the line.
Offer = Callable[[Session, Mapping[str, Any], Mapping[str, Any]], list[tuple[str, Label]]]
# What is due every day whoever acts: it gets the session and the machine's actor.
Duty = Callable[[Session, "Actor"], None]
GUARDS: dict[str, Rule] = {}
EFFECTS: dict[str, Rule] = {}
OFFERS: dict[str, Offer] = {}
DUTIES: dict[str, Duty] = {}


def guard(function: Rule) -> Rule:
    """Register a rule that may refuse a move; it changes nothing."""
    GUARDS[function.__name__] = function
    return function


def effect(function: Rule) -> Rule:
    """Register a rule that changes records because of a move; a refusal undoes the whole transaction."""
    EFFECTS[function.__name__] = function
    return function


def offer(function: Offer) -> Offer:
    """Register what a field's values are offered by, best first; it changes nothing."""
    OFFERS[function.__name__] = function
    return function


def offered(
    session: Session, name: str, header: Mapping[str, Any], line: Mapping[str, Any]
) -> list[tuple[str, Label]]:
    """The values that the rule of this name offers."""
    load_rules()
    return OFFERS[name](session, header, line)


def daily(function: Duty) -> Duty:
    """Register what the machine does once a day: moves that follow from the calendar alone."""
    DUTIES[function.__name__] = function
    return function


def do_daily(session: Session, actor: Actor) -> None:
    """Do all that is due today; doing it twice changes nothing more."""
    load_rules()
    for duty in DUTIES.values():
        duty(session, actor)


@cache
def load_rules() -> None:
    """Import every file of rules once, so that the names are known."""
    package = importlib.import_module("operational.rules")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def run_guards(
    session: Session, record: Entity, actor: Actor, context: Context, names: Iterable[str]
) -> None:
    """Ask the guards in their order; Refused at the first that refuses."""
    _run(GUARDS, session, record, actor, context, names)


def run_effects(
    session: Session, record: Entity, actor: Actor, context: Context, names: Iterable[str]
) -> None:
    """Carry out the effects in their order; Refused at the first that refuses."""
    _run(EFFECTS, session, record, actor, context, names)


def _run(
    rules: dict[str, Rule],
    session: Session,
    record: Entity,
    actor: Actor,
    context: Context,
    names: Iterable[str],
) -> None:
    load_rules()
    for name in names:
        refusal = rules[name](session, record, actor, context)
        session.flush()
        if refusal is not None:
            raise Refused(name, refusal.message, refusal.blockers)
