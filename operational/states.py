"""The vocabulary of a state graph: states, transitions, and who may walk them under which guard.

The graphs themselves stand on the entities; walking them is the business of `crud/walk.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from operational.field import Label

SYSTEM = "system"  # the role of a transition that only the machine makes (derived states)


@dataclass(frozen=True)
class State:
    """A state, its label, its colour (grey blue green amber red) and what holds in it."""

    name: str
    label: Label
    colour: str = "grey"
    editable: bool = False
    final: bool = False


@dataclass(frozen=True)
class Transition:
    """A move: its verb, where it leads, who may make it, and the rules by name (operational/rules).

    `guards` may refuse with a reason; `effects` change other records in the same transaction.
    `needs` names fields that must be filled; `asks` names a text that the person is asked for
    (`reason`, `comment`), kept in the state history.
    """

    verb: str
    label: Label
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    asks: str | None = None
    tone: str = "default"

    @property
    def by_system(self) -> bool:
        """Whether only the machine makes this move."""
        return self.roles == (SYSTEM,)


@dataclass(frozen=True)
class StateGraph:
    """All states and moves of a document; `normal_end` is what a finished record without a state has."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    initial: str
    normal_end: str | None
    field: str = "state"

    def state(self, name: str) -> State:
        """The state of that name; KeyError if there is none."""
        for one in self.states:
            if one.name == name:
                return one
        raise KeyError(name)

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start in a state."""
        return tuple(move for move in self.transitions if state in move.sources)

    def move(self, verb: str, state: str) -> Transition | None:
        """The transition that a verb makes from a state, or None where it is illegal."""
        return next((move for move in self.leaving(state) if move.verb == verb), None)


def states(**named: tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]) -> tuple[State, ...]:
    """States in their order: name=(zh, en, colour, marks), marks being words of 'editable final'."""
    result = []
    for name, (zh, en, *rest) in named.items():
        marks = rest[1] if len(rest) > 1 else ""
        result.append(
            State(name, Label(zh, en), rest[0] if rest else "grey", "editable" in marks, "final" in marks)
        )
    return tuple(result)


def move(verb: str, zh: str, en: str, path: str, roles: str, **says: object) -> Transition:
    """A transition written as `move("submit", "提交", "Submit", "draft > submitted", "sales")`."""
    sources, target = path.split(">")
    return Transition(
        verb,
        Label(zh, en),
        tuple(sources.split()),
        target.strip(),
        tuple(roles.split()),
        **says,  # type: ignore[arg-type]  # the keywords are Transition's own
    )
