"""The steps that a document shows follow from its graph."""

import pytest

from operational.entity import entity, load_entities
from operational.forms.stepper import steps
from operational.states import StateGraph


def graph_of(name: str) -> StateGraph:
    graph = entity(name).__entity__.graph
    assert graph is not None
    return graph


def names(name: str, now: str) -> list[str]:
    return [one.state.name for one in steps(graph_of(name), now)]


@pytest.mark.parametrize(
    ("name", "now", "path"),
    [
        ("order", "draft", "draft submitted approved shipped closed"),
        ("order", "partly_shipped", "draft submitted approved partly_shipped shipped closed"),
        ("order", "rejected", "draft submitted rejected approved shipped closed"),
        ("order", "void", "draft submitted void"),
        ("service_request", "new", "new claimed in_progress resolved closed"),
        ("service_request", "waiting_parts", "new claimed in_progress waiting_parts resolved closed"),
        ("complaint", "received", "received acknowledged investigating proposed resolved closed"),
        ("shipment", "posted", "draft posted"),
        ("invoice", "draft", "draft issued paid"),
        ("opportunity", "prospecting", "prospecting qualifying proposing won"),
    ],
)
def test_the_path_of_a_document(name: str, now: str, path: str) -> None:
    assert names(name, now) == path.split()


def test_what_lies_behind_is_done_and_one_step_is_now() -> None:
    places = [one.place for one in steps(graph_of("order"), "approved")]
    assert places == ["done", "done", "now", "ahead", "ahead"]


def test_every_state_of_every_graph_can_be_drawn() -> None:
    drawn = 0
    for cls in load_entities().values():
        graph = cls.__entity__.graph
        for state in graph.states if graph else ():
            assert state.name in [one.state.name for one in steps(graph, state.name)]
            drawn += 1
    assert drawn > 30
