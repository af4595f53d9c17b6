"""From a declared block to its frame: which family fills it, and what is shown where a question is refused.

How a family asks stands in filling/; what a frame looks like is decided by the renderers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any

from dashboards.asker import Asker
from dashboards.block import (
    Bars,
    Block,
    Cross,
    Curve,
    Distribution,
    Forecast,
    Kpi,
    Pareto,
    Ranking,
    Share,
    Text,
    Trend,
    Triangle,
)
from dashboards.filling.curves import curve
from dashboards.filling.distribution import distribution
from dashboards.filling.figures import key_figure, words
from dashboards.filling.forecasts import forecast
from dashboards.filling.grids import cross, triangle
from dashboards.filling.parts import bars, pareto, share
from dashboards.filling.periods import trend
from dashboards.filling.rankings import ranking
from dashboards.filling.titles import dimension_label, metrics_of, title_of
from dashboards.frame import Frame, RefusedFrame
from dashboards.origins import origin
from dashboards.view import View
from dashboards.words import word
from operational.entity import load_entities
from warehouse.ask import Scope
from warehouse.catalog import Metric, load_catalog
from warehouse.lineage import LANDED
from warehouse.question import AskRefused, parse_figure
from warehouse.withheld import may_ask, withheld_column

COLUMNS = 12  # of a page
FILLERS: dict[type[Block], Callable[[Any, View, Asker], Frame]] = {
    Kpi: key_figure,
    Text: words,
    Trend: trend,
    Forecast: forecast,
    Bars: bars,
    Share: share,
    Pareto: pareto,
    Curve: curve,
    Triangle: triangle,
    Cross: cross,
    Distribution: distribution,
    Ranking: ranking,
}


def frame_of(block: Block, view: View, asker: Asker) -> Frame:
    """The frame of a block for this reader; a question that is refused becomes a frame that says why."""
    block = _without_withheld(block, asker.scope)
    try:
        return FILLERS[type(block)](block, view.narrowed(*block.where), asker)
    except AskRefused as refused:
        return RefusedFrame(title=_title(block, asker), reason=_reason(refused, asker))


def to_show(rows: Iterable[Sequence[Block]], scope: Scope) -> list[list[tuple[int, Block]]]:
    """The blocks of rows, each with its place in its row, without those that a scope leaves nothing of.

    What is left of a row takes its whole width. Where nothing would be left all stay, so that the page says why it is
    empty.
    """
    placed = [list(enumerate(row)) for row in rows]
    left = [
        [(place, block) for place, block in row if _may_show(_without_withheld(block, scope), scope)]
        for row in placed
    ]
    return [_widened(*both) for both in zip(left, placed, strict=True)] if any(left) else placed


def _widened(left: list[tuple[int, Block]], row: list[tuple[int, Block]]) -> list[tuple[int, Block]]:
    """Blocks that share the width of a row in the proportions of their own widths."""
    if not left or len(left) == len(row):
        return left
    whole, taken = (min(COLUMNS, sum(block.width for _, block in blocks)) for blocks in (row, left))
    edges = [
        round(whole * edge / taken) for edge in accumulate((block.width for _, block in left), initial=0)
    ]
    return [
        (place, replace(block, width=end - start))
        for (place, block), (start, end) in zip(left, pairwise(edges), strict=True)
    ]


def _may_show(block: Block, scope: Scope) -> bool:
    return all(may_ask(one, scope) for one in _behind(metrics_of(block)))


def _without_withheld(block: Block, scope: Scope) -> Block:
    """A block of several figures without those that come from fields the reader may not see; the first must stay."""
    names = metrics_of(block)
    if scope is None or len(names) < 2:
        return block
    kept = tuple(
        name for name, one in zip(names, _behind(names), strict=True) if withheld_column(one, scope) is None
    )
    return replace(block, metrics=kept) if kept[:1] == names[:1] and kept != names else block  # type: ignore[call-arg]  # it has several


def _behind(figures: tuple[str, ...]) -> list[Metric]:
    """The catalogue's entries of some figures, in their order."""
    return [load_catalog().metric(parse_figure(text).metric) for text in figures]


def _reason(refused: AskRefused, asker: Asker) -> str:
    """Why, in the words of the forms and of the filters; else as the warehouse says it."""
    language = asker.language
    if refused.hidden in load_entities():
        return word("may_not_see", language, what=load_entities()[refused.hidden].__entity__.label(language))
    if "." in refused.hidden and (withheld := origin(f"{LANDED}.{refused.hidden}")):
        return word("may_not_see", language, what=withheld.label(language))
    if refused.foreign.rpartition(".")[2] in (*load_catalog().dimensions, "code"):
        return word("not_divided", language, what=dimension_label(refused.foreign, asker))
    return refused.reason[language]


def _title(block: Block, asker: Asker) -> str:
    """The block's title; none where a name in it is what was refused."""
    try:
        return title_of(block, asker)
    except AskRefused:
        return ""
