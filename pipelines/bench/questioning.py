"""Questions through the one door, beside the bare DuckDB statement on the same published file."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from pipelines.bench.paper import Line, against
from pipelines.bench.questions import END, PAIRS, START, Pair
from warehouse.ask import ask
from warehouse.connect import Warehouse
from warehouse.question import parse_question

if TYPE_CHECKING:
    from pipelines.bench.ground import Ground
    from warehouse.connect import Connection

LIMIT, TIMES, TOLERANCE = 1.3, 9, 1e-9


class Disagreed(Exception):
    """Question and statement gave other figures, so their times say nothing."""


def measure(ground: Ground) -> list[Line]:
    """Each question beside its statement, taken in turns; the median of all ratios has the limit."""
    store = ground.published
    warehouse = Warehouse(store.settings.warehouse_directory)
    try:
        found = [_beside(warehouse.cursor()[0], pair) for pair in PAIRS]
    finally:
        warehouse.close()
    ratios = [line.ratio for line in found if line.ratio is not None]
    middle = statistics.median(ratios)
    return [*found, Line("median of the ratios", f"{len(ratios)} questions", "", middle, LIMIT)]


def _beside(connection: Connection, pair: Pair) -> Line:
    question = parse_question(metrics=pair.metrics, **({"start": START, "end": END} | pair.says))
    ours, theirs = [], []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = ask(connection, question, None)
        asked = time.perf_counter()
        bare = connection.cursor().execute(pair.sql)
        names = [column[0] for column in bare.description]
        rows = bare.fetchall()
        ours.append(asked - began)
        theirs.append(time.perf_counter() - asked)
    metric = question.metrics[0]
    _compare(pair, [row[metric] for row in answer.rows], [row[names.index(pair.figure)] for row in rows])
    says = " ".join(f"{name}={value}" for name, value in pair.says.items())
    return against(
        f"{pair.metrics} {says}".strip(), statistics.median(ours), "bare:", statistics.median(theirs)
    )


def _compare(pair: Pair, ours: list[Any], theirs: list[Any]) -> None:
    """The figures as a set, as many on both sides."""
    one, other = (sorted(float(value) for value in values) for values in (ours, theirs))
    same = len(one) == len(other) and all(
        abs(left - right) <= TOLERANCE * max(abs(left), 1) for left, right in zip(one, other, strict=True)
    )
    if not same:
        raise Disagreed(f"{pair.metrics}: {one[:3]} … of {len(one)} beside {other[:3]} … of {len(other)}")
