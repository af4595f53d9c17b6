"""Restated: a back-dated record changes a finished month visibly: which figure, by how much, because of whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from dashboards.restating import AT_ONCE, Told
from operational.crud.access import SYSTEM_ACTOR
from operational.store.engine import for_writing
from operational.store.session import Store
from operational.store.snapshots import published_snapshots
from pipelines.cli import app
from pipelines.restating import restatement_of
from tests.dashboards.site import opened, reader
from tests.forms.conftest import Site
from tests.pipelines.conftest import load
from warehouse.connect import version_file
from warehouse.question import AskRefused


@pytest.fixture
def site(tmp_path: Path, business_folder: Path) -> Iterator[Site]:
    yield from opened(business_folder, tmp_path)


def restate(store: Store) -> None:
    """A month that was over at the first load: a line dearer, an order void, another deleted."""
    with store.writing("ann", reason="price agreed late") as session:
        session.execute(text("UPDATE order_line SET amount = 3000000 WHERE order_id = 5"))
        session.execute(text("UPDATE \"order\" SET state = 'void' WHERE id = 7"))
    with for_writing(store.engine).begin() as connection:
        connection.execute(text('DELETE FROM "order_line" WHERE order_id = 9'))
        connection.execute(text('DELETE FROM "receipt" WHERE id = 9'))
        connection.execute(text('DELETE FROM "invoice" WHERE order_id = 9'))
        connection.execute(text('DELETE FROM "order" WHERE id = 9'))


def by_metric(found: list[Told], metric: str) -> list[Told]:
    return [one for one in found if one.number.figure == metric]


def test_what_changed_by_how_much_and_because_of_whom(site: Site) -> None:
    store = site.store
    restate(store)
    load(store)
    restated = restatement_of(store, SYSTEM_ACTOR, ["gross_revenue", "orders"], language="en")
    found = restated.told
    assert restated.before.snapshot < restated.after.snapshot
    changes = [told.number.change for told in by_metric(found, "gross_revenue")]
    assert sum(changes) == 100 - 200 - 200
    assert sum(told.number.change for told in by_metric(found, "orders")) == -2
    causes = {cause.record: cause for told in by_metric(found, "gross_revenue") for cause in told.causes}
    assert set(causes) == {"SO-5", "SO-7", "SO-9"}
    (dearer,) = causes["SO-5"].entries
    assert (dearer.who, dearer.reason) == ("ann", "price agreed late")
    assert [(one.label, one.before, one.after) for one in dearer.changes] == [
        ("Line 1 · Amount", "200.00", "300.00")
    ]
    (void,) = causes["SO-7"].entries
    assert [one.after for one in void.changes] == ["Void"]
    assert [one.what for one in causes["SO-9"].entries] == ["Delete"]
    assert causes["SO-9"].after is None


def test_every_restated_number_is_explained_some_at_a_time(site: Site) -> None:
    store = site.store
    restate(store)
    load(store)
    whole = restatement_of(store, SYSTEM_ACTOR)
    assert whole.total == len(whole.told) > AT_ONCE
    assert all(told.causes for told in whole.told)
    first = restatement_of(store, SYSTEM_ACTOR, limit=3)
    rest = restatement_of(store, SYSTEM_ACTOR, skip=3)
    assert (first.total, first.more, rest.more) == (whole.total, whole.total - 3, 0)
    assert [one.as_json() for one in first.told + rest.told] == [one.as_json() for one in whole.told]
    said = CliRunner().invoke(app, ["--data", str(store.settings.data), "restated", "--limit", "2"]).output
    assert f": {whole.total} numbers restated" in said
    assert f"{whole.total - 2} more numbers: --skip 2 goes on" in said


def test_the_page_leads_on_to_the_numbers_that_it_does_not_show(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = site.store
    restate(store)
    load(store)
    with store.reading() as session:
        later, earlier = published_snapshots(session, 2)
    monkeypatch.setattr("dashboards.web.restated.AT_ONCE", 4)
    reading, seen = reader(site, "auditor"), []
    address = f"/health-of-data/restated?from={earlier.snapshot}&to={later.snapshot}"
    while address:
        page = reading.get(address).text
        seen += re.findall(r'data-record="([^"]+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    counted = re.search(r"共 (\d+) 个数字|of (\d+) numbers", page)
    assert counted
    assert len(seen) == len(set(seen)) == int(counted[1] or counted[2]) > 8


def test_a_state_whose_file_is_gone_is_compared_all_the_same(site: Site) -> None:
    store = site.store
    with store.reading() as session:
        first = published_snapshots(session)[0].snapshot
    restate(store)
    load(store)
    kept = [one.as_json() for one in restatement_of(store, SYSTEM_ACTOR, ["revenue"]).told]
    version_file(store.settings.warehouse_directory, first).unlink()
    again = restatement_of(store, SYSTEM_ACTOR, ["revenue"], earlier=first).told
    assert [one.as_json() for one in again] == kept


def test_nothing_changed_or_nothing_before(site: Site) -> None:
    store = site.store
    with store.reading() as session:
        (only,) = published_snapshots(session)
    with pytest.raises(AskRefused, match="no earlier published state"):
        restatement_of(store, SYSTEM_ACTOR)
    with store.writing("ann") as session:
        session.execute(text("UPDATE customer SET name = 'renamed' WHERE id = 1"))
    load(store)
    assert restatement_of(store, SYSTEM_ACTOR, earlier=only.snapshot).total == 0


def test_the_page_tells_it_to_those_who_may_see_it(site: Site) -> None:
    store = site.store
    restate(store)
    load(store)
    everything = reader(site, "auditor")
    overview = everything.get("/health-of-data").text
    with store.reading() as session:
        later, earlier = published_snapshots(session, 2)
    address = f"/health-of-data/restated?from={earlier.snapshot}&to={later.snapshot}"
    assert address.replace("&", "&amp;") in overview
    page = everything.get(address).text
    assert 'data-record="gross_revenue' in page
    assert "SO-5" in page
    assert "ann" in page
    assert everything.get("/health-of-data/restated?from=x&to=y").status_code == 404
    southern = reader(site, "southern").get(address).text
    assert "SO-5" not in southern
