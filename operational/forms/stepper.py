"""The main path through a state graph, as the steps that a document shows above its form.

Which moves a person may make is the business of crud/walk.py; here they are only drawn.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from operational.states import SYSTEM, State, StateGraph, Transition


@dataclass(frozen=True)
class Step:
    """One step: its state, whether it lies behind, is the present one or lies ahead, and who acts in it."""

    state: State
    place: str
    roles: tuple[str, ...]


def steps(graph: StateGraph, now: str) -> list[Step]:
    """The path from the initial state to the normal end, and through `now` where that lies beside it."""
    path = _main_path(graph)
    if now not in path:
        path = _with_detour(graph, path, now)
    at = path.index(now)
    return [
        Step(graph.state(name), _place(index, at), _who(graph, path, index))
        for index, name in enumerate(path)
    ]


def _place(index: int, at: int) -> str:
    if index == at:
        return "now"
    return "done" if index < at else "ahead"


def _main_path(graph: StateGraph) -> list[str]:
    good_ends = {one.name for one in graph.states if one.final and one.colour == "green"}
    path = [graph.initial]
    if graph.normal_end is not None:
        path = _shortest(graph, graph.initial, {graph.normal_end}) or path
    if path[-1] not in good_ends:
        path += _shortest(graph, path[-1], good_ends)[1:]
    return path


def _shortest(graph: StateGraph, start: str, ends: set[str]) -> list[str]:
    """The fewest moves from start to any of the ends; empty where there is no way."""
    queue: deque[list[str]] = deque([[start]])
    seen = {start}
    while queue:
        path = queue.popleft()
        if path[-1] in ends:
            return path
        for move in graph.leaving(path[-1]):
            # a move that asks for a reason is an exception, not the way
            if move.target not in seen and move.asks != "reason":
                seen.add(move.target)
                queue.append([*path, move.target])
    return []


def _with_detour(graph: StateGraph, path: list[str], now: str) -> list[str]:
    """Put a state beside the path after the last step that leads to it; a final one ends the path."""
    sources = {source for move in graph.transitions if move.target == now for source in move.sources}
    entered = [index for index, name in enumerate(path) if name in sources]
    # Of several ways in, the earliest is drawn: it claims least about what has happened.
    at = (entered[0] if entered else 0) + 1
    rest = [] if graph.state(now).final else path[at:]
    return [*path[:at], now, *rest]


def _who(graph: StateGraph, path: list[str], index: int) -> tuple[str, ...]:
    if index + 1 >= len(path):
        return ()
    move = next((one for one in graph.leaving(path[index]) if one.target == path[index + 1]), None)
    return move.roles if move is not None and move.roles != (SYSTEM,) else ()


def by_weight(moves: list[Transition]) -> list[Transition]:
    """Moves in the order of their buttons: the grave ones first, the one that goes on last."""
    weight = {"negative": 0, "default": 1, "positive": 2, "primary": 3}
    return sorted(moves, key=lambda move: weight.get(move.tone, 1))
