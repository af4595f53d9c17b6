"""Blocks filled from a loaded company: parts make the whole, limits enclose, an earlier course is the earlier answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.asker import Asker
from dashboards.block import Bars, Cross, Curve, Distribution, Forecast, Kpi, Pareto, Ranking, Trend
from dashboards.fill import frame_of, to_show
from dashboards.frame import ChartFrame, HeatFrame, KeyFigure, RefusedFrame, TableFrame
from dashboards.render.figure import figure, heat
from dashboards.render.paper import Paper, write_paper
from dashboards.render.screen import Setting, tile
from dashboards.render.tabular import sheet_of
from dashboards.render.target import attainment
from dashboards.view import View, read_view
from tests.dashboards.site import EAST_REVENUE, SOUTH_REVENUE, TARGET
from tests.forms.conftest import Site
from tests.word.docx_reading import paragraphs
from warehouse.connect import Warehouse
from warehouse.table import load_tables

pytestmark = pytest.mark.xdist_group("board")

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
ALL = EAST_REVENUE + SOUTH_REVENUE


@pytest.fixture(scope="module")
def asker(board: Site) -> Asker:
    connection, snapshot = Warehouse(board.store.settings.warehouse_directory).cursor()
    return Asker(connection=connection, snapshot=snapshot, scope=None, language="en", currency="CNY")


@pytest.fixture(scope="module")
def view() -> View:
    return read_view("period=36m", TODAY)


def test_the_rest_of_a_stack_makes_it_whole(asker: Asker, view: View) -> None:
    frame = frame_of(Trend(("revenue",), by="customer", top=1, stacked=True, form="area"), view, asker)
    assert isinstance(frame, ChartFrame)
    assert [one.name for one in frame.series][1:] == ["Other"]
    assert sum(value or 0 for one in frame.series for value in one.values) == ALL
    assert frame.marks[0][1].rows == ""  # no filter says "all but these"


def test_a_column_without_any_figure_is_left_out_and_its_reason_stays(asker: Asker, view: View) -> None:
    frame = frame_of(Ranking(("revenue", "lifetime_value"), by="customer.code"), view, asker)
    assert isinstance(frame, TableFrame)
    assert [column.label for column in frame.columns[1:]] == ["Revenue"]
    assert {len(row) for row in frame.rows} == {2}
    assert any("bought again" in note for note in frame.notes)


def test_codes_are_called_by_the_terms_of_their_own_vocabulary(asker: Asker, view: View) -> None:
    bars = Bars(("requests_opened",), by="priority")
    for language, names in (("en", {"High", "=低", "中"}), ("zh", {"高", "=低", "中"})):
        frame = frame_of(bars, view, replace(asker, language=language))
        assert isinstance(frame, ChartFrame)
        assert set(frame.categories) == names
    (high,) = (mark[0] for mark in frame.marks if mark[0].name == "高")
    assert "priority%3D%E9%AB%98" in high.only  # the address keeps the code


def test_no_rest_no_series_for_it(asker: Asker, view: View) -> None:
    frame = frame_of(Trend(("revenue",), by="customer", top=9, stacked=True), view, asker)
    assert isinstance(frame, ChartFrame)
    assert "Other" not in [one.name for one in frame.series]


def test_the_earlier_course_is_the_earlier_answer(asker: Asker, view: View) -> None:
    """Half a year and the half before it: month beside month, day for day what the earlier view answers."""
    half = View(view.end.replace(day=1), view.end, preset=None, compare="previous")
    frame = frame_of(Trend(("revenue",), grain="day", compared=True), half, asker)
    assert isinstance(frame, ChartFrame)
    now, before = frame.series
    assert before.role == "earlier"
    rows = asker.ask(asker.earlier(half), ("revenue",), grain="day").rows
    assert list(before.values[: len(rows)]) == [row["revenue"] for row in rows][: len(before.values)]
    assert len(now.values) == len(before.values)


def test_running_shares_end_at_the_whole(asker: Asker, view: View) -> None:
    frame = frame_of(Pareto("revenue", by="customer"), view, asker)
    assert isinstance(frame, ChartFrame)
    assert frame.series[1].values[-1] == pytest.approx(1)
    text = figure(frame, "en", "CNY")["data"][0]["text"]
    assert text[-1].endswith("100%")


def test_bars_bear_where_they_were(asker: Asker, view: View) -> None:
    half = replace(view, start=view.end - timedelta(days=140), preset=None, compare="previous")
    frame = frame_of(Bars(("revenue",), by="region", compared=True), half, asker)
    assert isinstance(frame, ChartFrame)
    assert frame.series[1].role == "earlier"
    assert len(frame.series[1].values) == len(frame.categories)


def test_a_figure_stands_beside_its_target(asker: Asker) -> None:
    """Of the whole company; narrowed to where no target is kept, or over another stretch, there is none."""
    year = read_view("period=year&compare=target", TODAY)
    frame = frame_of(Kpi("revenue"), year, asker)
    assert isinstance(frame, KeyFigure)
    assert frame.target == TARGET
    assert frame.earlier == TARGET
    said = attainment(frame, "en", "CNY")
    assert said is not None
    assert said.share == pytest.approx(float(frame.value) / TARGET)
    assert (said.target, said.met) == ("Target ¥4,000", frame.value >= TARGET)
    for other in (year.narrowed("region=East"), read_view("period=36m", TODAY)):
        narrowed = frame_of(Kpi("revenue"), other, asker)
        assert isinstance(narrowed, KeyFigure)
        assert narrowed.target is None
        assert attainment(narrowed, "en", "CNY") is None
    assert getattr(frame_of(Kpi("revenue", target=False), year, asker), "target", 0) is None


def test_what_no_target_is_kept_for_is_not_drawn(asker: Asker) -> None:
    year = read_view("period=year&compare=target", TODAY)
    for block in (Bars(("revenue",), by="region", compared=True), Trend(("revenue",), compared=True)):
        frame = frame_of(block, year, asker)
        assert isinstance(frame, ChartFrame)
        assert [one.role for one in frame.series] == ["value"]


def test_a_crossing_holds_the_whole_and_counts_each(asker: Asker, view: View) -> None:
    frame = frame_of(Cross(("revenue",), rows="region", columns="level", each="customer.code"), view, asker)
    assert isinstance(frame, HeatFrame)
    assert sum(value or 0 for row in frame.values for value in row) == ALL
    counted = sum(cell[0][0] for row in frame.below for cell in row if cell)
    assert counted == len(asker.ask(view, ("revenue",), by=("customer.code",)).rows)
    cells = [line for row in heat(frame, "zh", "CNY")["data"][0]["text"] for line in row if line]
    assert all(cell.startswith("¥") and "<br>" in cell for cell in cells)


def test_a_distribution_counts_everybody_once(asker: Asker, view: View) -> None:
    frame = frame_of(Distribution("revenue", each="customer.code"), view, asker)
    assert isinstance(frame, ChartFrame)
    assert sum(frame.series[0].values) == len(asker.ask(view, ("revenue",), by=("customer.code",)).rows)
    assert frame.series[1].values[-1] == pytest.approx(1)
    assert len(frame.categories) <= 14
    assert frame.notes[0].startswith("Together ¥3,100")


def test_a_distribution_of_nothing_says_why_and_no_figure(asker: Asker, view: View) -> None:
    frame = frame_of(Distribution("lifetime_value", each="customer.code"), view, asker)
    assert isinstance(frame, ChartFrame)
    assert not any(frame.series[0].values)
    (reason,) = frame.notes
    assert "where 50 are needed" in reason


def test_curves_of_groups_begin_at_their_level_within_their_limits(asker: Asker, view: View) -> None:
    for metric, level in (("part_survival", 1), ("mean_cumulative_replacements", 0)):
        frame = frame_of(Curve(metric, groups="model", ranked_by="replacements"), view, asker)
        assert isinstance(frame, ChartFrame)
        for one in frame.series:
            assert (one.x or ())[0] == 0
            assert one.values[0] == level
            for low, value, high in zip(one.lower or (), one.values, one.upper or (), strict=True):
                if low is not None and high is not None:
                    assert low - 1e-9 <= value <= high + 1e-9
        sheet = sheet_of(frame, "en")
        assert len(sheet.columns) == 1 + 3 * len(frame.series)


def test_the_forecast_goes_on_where_the_finished_months_end(asker: Asker, view: View) -> None:
    """What is known and what is expected share no month, and on the screen the line does not break between them."""
    frame = frame_of(Forecast("demand", "demand_forecast", ahead=4), view, asker)
    assert isinstance(frame, ChartFrame)
    known, expected = frame.series
    for at, (was, will) in enumerate(zip(known.values, expected.values, strict=True)):
        assert (was is None) != (will is None), frame.categories[at]
    assert sum(value is not None for value in expected.values) == 4
    last = max(at for at, value in enumerate(known.values) if value is not None)
    line = next(one for one in figure(frame, "zh", "CNY")["data"] if one.get("name") == expected.name)
    assert line["y"][last] == float(known.values[last])
    assert line["line"]["dash"] == "dash"


def test_what_cannot_be_asked_says_why_in_peoples_words(asker: Asker, view: View) -> None:
    """A filter that the metric does not have, and an entity that the reader may not see, are called by their names."""
    frame = frame_of(Bars(("revenue",), by="depot"), view, asker)
    assert isinstance(frame, RefusedFrame)
    assert "Depot" in frame.reason
    assert "revenue" not in frame.reason
    blind = replace(asker, scope={})
    for language, name in (("zh", "发票"), ("en", "Invoice")):
        frame = frame_of(Kpi("outstanding"), view, replace(blind, language=language))
        assert isinstance(frame, RefusedFrame)
        assert name in frame.reason
        assert frame.title


def test_the_notes_of_a_figure_stand_on_its_tile_and_in_word(asker: Asker, view: View) -> None:
    note = "Order lines without a cost, counted as 0: 1 of 6."
    frame = replace(frame_of(Kpi("gross_margin_pct"), view, asker), notes=(note,))
    assert note in str(tile(frame, Setting("0-0", "/d/x/0-0", "", "", "en", "CNY")))
    paper = Paper(
        title="x", period="x", freshness="x", quality="x", language="en", currency="CNY", made_at=datetime.now(UTC)
    )  # fmt: skip
    assert f"{frame.title}: {note}" in paragraphs(write_paper(paper, [("", [frame])]))


def test_a_table_is_without_the_columns_that_its_reader_may_not_be_told(asker: Asker, view: View) -> None:
    entities = {str(one.entity): {} for one in load_tables().values() if one.entity}
    other = replace(asker, scope=entities | {"item": {"standard_cost": None}})
    block = Ranking(("revenue", "gross_margin", "gross_margin_pct"), by="customer.code")
    frames = [frame_of(block, view, one) for one in (asker, other)]
    assert [len(frame.columns) for frame in frames if isinstance(frame, TableFrame)] == [4, 2]
    assert to_show([[block, Kpi("gross_margin")]], other.scope) == [[(0, block)]]
    row = [Kpi("revenue"), Kpi("gross_margin"), Kpi("orders", width=6)]
    (left,) = to_show([row], other.scope)
    assert [(place, one.width) for place, one in left] == [(0, 4), (2, 8)]
    refused = frame_of(Ranking(("gross_margin", "revenue"), by="customer.code"), view, other)
    assert isinstance(refused, RefusedFrame)
    assert "Item · Standard cost" in refused.reason
