"""The catalogue's pages: all that is declared of a metric, its statement, and its columns back to fields of forms."""

from __future__ import annotations

import re

import pytest

from dashboards.origins import origin, origins
from dashboards.words import word
from tests.dashboards.site import Reader, reader
from tests.forms.conftest import Site
from warehouse.catalog import Metric, load_catalog
from warehouse.lineage import LANDED, lineage

pytestmark = pytest.mark.xdist_group("board")
KEPT_BY_THE_MACHINE = {"id", "valid_from", "valid_to"}  # of landed rows; a line's document is another
WRITTEN_OUT = {"core.fct_promise.target"}  # a constant of each of the parts that are put together
ALL = [
    metric for metric in load_catalog().shown() if metric.kind != "rows"
]  # those are counts of the landing itself


@pytest.fixture(scope="module")
def root(board: Site) -> Reader:
    return reader(board, "root")


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)
def test_every_figure_comes_from_fields_that_people_fill_in(metric: Metric) -> None:
    columns = lineage(metric)
    assert origins(columns)
    for column, feeding in columns.items():
        _, table, name = column.split(".")
        if column.startswith(f"{LANDED}."):
            assert origin(column) or name in KEPT_BY_THE_MACHINE or table.endswith("_line"), column
        else:
            assert feeding or table == "dim_date" or column in WRITTEN_OUT, f"{column} comes from nothing"


def test_a_sum_of_lines_comes_from_the_lines_and_the_state_of_their_order() -> None:
    found = {one.name for one in origins(lineage(load_catalog().metric("gross_revenue")))}
    lines = {f"order.lines.{name}" for name in ("amount", "quantity", "unit_price", "discount_pct")}
    assert found >= lines | {"order.ordered_on", "order.state"}
    assert {one.label("en") for one in origins(["staging.order.customer_id"])} == {"Order · Customer"}


def test_what_a_row_is_stands_in_the_language_of_the_page(board: Site, root: Reader) -> None:
    english, chinese = "one row per order, with", "一行为一张订单"
    page = reader(board, "root", "zh").get("/metrics/orders").text
    assert chinese in page
    assert english not in page
    assert english in root.get("/metrics/orders").text


def test_what_a_metric_is_made_of_goes_by_its_name(root: Reader) -> None:
    page = root.get("/metrics/revenue").text
    assert '<a href="/metrics/gross_revenue" title="gross_revenue">Gross revenue</a>' in page
    assert '− <a href="/metrics/returns_amount"' in page


@pytest.mark.parametrize("metric", load_catalog().shown(), ids=lambda metric: metric.name)
def test_every_metric_has_its_page(root: Reader, metric: Metric) -> None:
    answer = root.get(f"/metrics/{metric.name}")
    assert answer.status_code == 200
    for said in (metric.label.zh, metric.label.en, word(f"owner_{metric.owner}", "en"), "select"):
        assert said in answer.text, said


def test_a_page_leads_back_to_the_form(board: Site, root: Reader) -> None:
    page = root.get("/metrics/replacement_cost").text
    assert 'href="/o/part_replacement/new#field-cost"' in page
    assert 'id="field-cost"' in root.get("/o/part_replacement/new").text
    assert 'href="/o/order/new#lines"' in root.get("/metrics/units_sold").text


def test_an_unknown_metric_gets_a_suggestion(root: Reader) -> None:
    answer = root.get("/metrics/revenu")
    assert answer.status_code == 404
    assert "did you mean revenue" in answer.text
    assert "<title>There is no such metric" in answer.text


def test_the_list_leads_to_every_page(root: Reader) -> None:
    named = set(re.findall(r'href="/metrics/(\w+)"', root.get("/metrics").text))
    assert named == {metric.name for metric in load_catalog().shown()}
