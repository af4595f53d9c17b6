"""A load that a check holds back: every page says so, shows the state before, and falls silent when it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboards.web import reader as reading
from tests.dashboards.site import opened, reader
from tests.forms.conftest import Site
from tests.pipelines.conftest import load
from tests.pipelines.test_checks import broken_refresh, change

PAGES = (
    "/d/overview",
    "/d/rows?metric=orders",
    "/metrics",
    "/reports",
    "/health-of-data",
    "/o/order",
    "/o/order/SO-1",
    "/o/customer/new",
)


@pytest.fixture
def site(tmp_path: Path, business_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(reading, "READ_AGAIN", 0.0)
    yield from opened(business_folder, tmp_path)


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "最近一次加载未通过检查"), ("en", "The last load failed its checks")]
)
def test_every_page_says_that_the_newest_load_was_held_back(site: Site, language: str, sentence: str) -> None:
    boss = reader(site, "boss", language)
    assert not any("data-held" in boss.get(page).text for page in PAGES)
    change(site.store, "UPDATE \"order\" SET kind = 'project' WHERE id = 3")
    assert broken_refresh(
        site.store, "update core.fct_order set customer_id = 77 where order_id = 3"
    ).outcome.held
    for page in PAGES:
        answer = boss.get(page)
        assert answer.status_code == 200, page
        assert answer.text.count("data-held") == 1, page
        assert sentence in answer.text, page
    assert 'data-record="core.fct_order customer_id in core.dim_customer"' in boss.get("/health-of-data").text
    assert "data-held" not in site.server.test_client().get("/login").text
    change(site.store, "UPDATE \"order\" SET kind = 'sales' WHERE id = 3")
    assert load(site.store).published
    assert not any("data-held" in boss.get(page).text for page in PAGES)


def test_a_row_that_is_set_aside_names_its_reason_and_where_it_came_from(site: Site) -> None:
    with site.store.writing("ann", "import orders.csv", "import") as session:
        session.execute(text("UPDATE \"order\" SET state = 'nonsense' WHERE id IN (3, 4)"))
    change(site.store, "UPDATE \"order\" SET state = 'odd' WHERE id = 4")
    load(site.store)
    page = reader(site, "auditor").get("/health-of-data").text
    assert 'data-record="SO-3"' in page
    assert "state is no state of this entity" in page
    assert "ann · import orders.csv" in page
    assert "outside the application" in page
    change(site.store, "UPDATE \"order\" SET state = 'closed' WHERE id IN (3, 4)")
    load(site.store)
    assert 'data-record="SO-3"' not in reader(site, "auditor").get("/health-of-data").text
