"""The catalogue's pages: all that is declared of a metric, its statement, and its columns back to fields of forms."""

from __future__ import annotations

import re

import pytest

from dashboards.filling.titles import metrics_of
from dashboards.origins import origin, origins
from dashboards.page import load_pages
from dashboards.words import word
from tests.dashboards.site import Reader, reader
from tests.forms.conftest import Site
from tests.word.docx_reading import paragraphs
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


def test_what_comes_from_costs_is_nowhere_for_whoever_may_not_see_them(board: Site, root: Reader) -> None:
    dealer, margin, stock = reader(board, "dealer"), "gross_margin_pct", "on_hand_value"
    for name in (margin, stock):
        assert f'href="/metrics/{name}"' in root.get("/metrics").text
        assert f'href="/metrics/{name}"' not in dealer.get("/metrics").text
        page = dealer.get(f"/metrics/{name}")
        assert page.status_code == 403
        assert "sum(f.cost)" not in page.text
        answer = dealer.get(f"/api/v1/ask?metric={name}")
        assert answer.status_code == 400
        assert "may not see" in answer.json["error"]["message"]
        for door in ("rows", "rows.csv"):
            assert dealer.get(f"/d/{door}?metric={name}").status_code == 400
    assert 'href="/metrics/orders"' in dealer.get("/metrics").text
    assert dealer.get("/api/v1/ask?metric=orders").status_code == 200


def test_a_page_has_no_tile_for_what_its_reader_may_not_be_told(board: Site, root: Reader) -> None:
    def places(who: Reader) -> str:
        tiles = {
            "output": "tiles.children",
            "outputs": {"id": "tiles", "property": "children"},
            "inputs": [{"id": "address", "property": "pathname", "value": "/d/overview"}],
            "changedPropIds": ["address.pathname"],
        }
        return who.call(tiles).text

    rows = load_pages()["overview"].rows
    (margin,) = (
        f"{down}-{across}"
        for down, row in enumerate(rows)
        for across, block in enumerate(row)
        if "gross_margin_pct" in metrics_of(block)
    )
    orders = "0-0"
    dealer = reader(board, "dealer")
    assert f'"{margin}"' in places(root)
    assert f'"{margin}"' not in places(dealer)
    assert f'"{orders}"' in places(dealer)
    assert "Item · Standard cost" in dealer.tile("overview", margin).text  # who asks for it all the same
    file = f"/d/overview/{margin}.csv"
    assert re.search(r"\d", root.get(file).text)
    assert not re.search(r"\d", dealer.get(file).text)
    papers = {
        who: " ".join(paragraphs(reader(board, who).get("/d/overview.docx").data))
        for who in ("root", "dealer")
    }
    assert "Gross margin share" in papers["root"]
    assert "Gross margin share" not in papers["dealer"]
