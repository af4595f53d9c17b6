"""Tables of several figures by one dimension."""

from __future__ import annotations

from dashboards.asker import Asker
from dashboards.block import Ranking
from dashboards.filling.addresses import rows_address
from dashboards.filling.titles import carried, column_name, dimension_label, plain, shown, size, unit_of
from dashboards.frame import Column, Frame, TableFrame
from dashboards.numbers import all_whole
from dashboards.value_names import place
from dashboards.view import View


def ranking(block: Ranking, view: View, asker: Asker) -> Frame:
    """The largest by the first metric, in its order or their own, with their attributes, and what all have together.

    A metric that no row has a figure of is left out, as what is too rare to be tested in a small company.
    """
    dimensions = (block.by, *block.columns)
    answer = asker.ask(view, block.metrics, by=dimensions, top=block.top, totals=block.totals)
    first = block.metrics[0]
    body = [row for row in answer.rows if not row.get("total")]
    body.sort(key=lambda row: place(block.by, row[block.by]) if block.ordered else -size(row.get(first)))
    total = next((row for row in answer.rows if row.get("total")), None)
    known = [one for one in block.metrics if any(row.get(one) is not None for row in answer.rows)]
    names = (*dimensions, *(known or block.metrics))
    columns = tuple(
        Column(label=dimension_label(name, asker)) if name in dimensions
        else Column(
            label=column_name(name, unit_of(answer, name), asker, after=before), unit=unit_of(answer, name),
            whole=all_whole(row.get(name) for row in answer.rows),
        )
        for before, name in zip(("", *names), names, strict=False)
    )  # fmt: skip
    return TableFrame(
        columns=columns,
        rows=tuple(
            tuple(shown(row[name], name, asker) if name in dimensions else row.get(name) for name in names)
            for row in body
        ),
        links=tuple(rows_address(first, view, f"{block.by}={plain(row[block.by])}") for row in body),
        total=None
        if total is None
        else tuple("" if name in dimensions else total.get(name) for name in names),
        drill=rows_address(first, view),
        **carried(block, asker, answer),
    )
