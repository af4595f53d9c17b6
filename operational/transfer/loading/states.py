"""The state that an imported record may have: the first one, or with `--history` the one it had.

What walks along the graph, and its rules, is the business of operational/crud/walk.py.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.field import Label
from operational.states import StateGraph
from operational.transfer.loading.batch import Batch
from operational.transfer.loading.defaults import empty_column
from operational.transfer.reading.cells import truth
from operational.transfer.telling import reasons


def settle_states(batch: Batch, *, history: bool) -> None:
    """Fill the states of new records; without history another state than the first is refused."""
    graph = batch.cls.__entity__.graph
    if graph is None:
        return
    name = graph.field
    column = batch.header.get(name)
    if column is None:
        column = empty_column(batch.cls, batch.cls.__fields__[name], len(batch))
    if history:
        filled = column if graph.normal_end is None else pc.fill_null(column, graph.normal_end)
    else:
        beyond = truth(pc.not_equal(column, graph.initial)) & (batch.existing == 0)
        for state in pc.unique(column.filter(pa.array(beyond))).to_pylist():
            reason = reasons.needs_history(_label(graph, state), _label(graph, graph.initial))
            batch.refuse(truth(pc.equal(column, state)) & beyond, name, reason)
        filled = pc.fill_null(column, graph.initial)
    batch.header[name] = filled


def _label(graph: StateGraph, state: str) -> Label:
    return graph.state(state).label


def editable(batch: Batch, states: pa.Array) -> np.ndarray:
    """Which of these stored states allow an edit."""
    graph = batch.cls.__entity__.graph
    if graph is None:
        return np.ones(len(states), dtype=bool)
    free = [state.name for state in graph.states if state.editable]
    return truth(pc.is_in(states, value_set=pa.array(free, pa.string())))
