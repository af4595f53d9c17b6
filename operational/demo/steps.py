"""The steps of recent documents along their states, as walking them would have left them: collecting and writing.

Which steps a document made stands in trade_steps.py and service_steps.py. Older documents have only their state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from operational.demo.calendar import Calendar, Ints
from operational.demo.dice import ranks_within
from operational.demo.loading import Loader

Names = NDArray[np.str_]


class Steps:
    """Collects steps, of several documents at once, and writes them numbered per document."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.parts: list[tuple[Any, ...]] = []

    def add(
        self,
        entity: str,
        record: Ints,
        move: tuple[str, str, str],
        second: Any,
        who: Names,
        comment: Any = "",
    ) -> None:
        """One step of each record; `move` is verb, state before (empty for none) and state after; a comment or one each."""
        verb, before, after = move
        count = len(record)
        parts = (entity, verb, before, after, comment)
        at = np.minimum(second, self.end - 1).astype(np.int64)
        self.parts.append((record, at, who, *(np.broadcast_to(one, count) for one in parts)))

    def write(self, loader: Loader, calendar: Calendar) -> None:
        """Write everything that was collected, document by document."""
        columns = [np.concatenate(column) for column in zip(*self.parts, strict=True)]
        record, second, who, entity, verb, before, after, comment = columns
        order = np.lexsort((np.arange(len(record)), second, record, entity))
        record, entity = record[order], entity[order]
        document = np.cumsum(np.append(True, (record[1:] != record[:-1]) | (entity[1:] != entity[:-1])))
        moments = calendar.moments(second[order])
        loader.load(
            "state_change",
            {
                "entity": entity,
                "record": record,
                "sequence": ranks_within(document) + 1,
                "verb": verb[order],
                "from_state": np.ma.masked_array(before[order], mask=before[order] == ""),
                "to_state": after[order],
                "changed_at": moments,
                "changed_by": who[order],
                "comment": np.ma.masked_array(comment[order], mask=comment[order] == ""),
                "created_at": moments,
            },
        )
