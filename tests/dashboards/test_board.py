"""Dashboards over the wire: who is let in, what tampering gets, whose figures are shown, and what every answer carries."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from werkzeug.test import TestResponse

from dashboards.block import Trend
from dashboards.page import load_pages, load_reports
from dashboards.web.reader import NewestLoad
from operational.store.runs import DONE, HELD, end_run, start_run
from tests.dashboards.site import EAST_REVENUE, SOUTH_REVENUE, TILE, Reader, asked, reader
from tests.forms.conftest import Site

pytestmark = pytest.mark.xdist_group("board")

PAGES = list(load_pages())
PLACES = [
    (page.name, f"{down}-{across}")
    for page in load_pages().values()
    for down, row in enumerate(page.rows)
    for across in range(len(row))
]
ALL = EAST_REVENUE + SOUTH_REVENUE
HUGE = "x" * 2_000_000
GOOD = asked("overview", "0-0")
OPENED = ("/d/overview", "/d/_dash-layout", "/d/_dash-dependencies", "/d/state", "/d/rows?metric=revenue", "/d/rows?metric=mtbr_days", "/d/rows?metric=part_survival", "/d/rows.csv?metric=revenue",
          "/d/values?dimension=region&metric=revenue", "/d/overview.docx", "/reports", "/metrics", "/health-of-data",
          "/api/v1/ask?metric=revenue")  # fmt: skip


@pytest.fixture(scope="module")
def root(board: Site) -> Reader:
    return reader(board, "root")


@pytest.fixture(scope="module")
def boss(board: Site) -> Reader:
    return reader(board, "boss")


def test_the_navigation_names_the_pages_with_a_figure_for_the_role(board: Site) -> None:
    """A page all of whose tiles are refused is not offered; one with a single tile that is not refused is."""
    for login in ("root", "boss", "clerk", "payer", "keeper"):
        who = reader(board, login)
        offered = set(re.findall(r'href="/d/([a-z-]+)"', who.get("/metrics").text)) & set(PAGES)
        shown = {name for name, at in PLACES if "Your role may not see" not in who.tile(name, at).text}
        assert offered == shown, login


def test_empty_tiles_stand_where_the_tiles_will_be_until_they_are_drawn(root: Reader) -> None:
    text = root.get("/d/overview").text
    assert text.count("tile card waiting") == sum(map(len, load_pages()["overview"].rows))
    assert "Loading..." not in text


def test_targets_are_kept_by_the_names_of_figures(root: Reader) -> None:
    """The list says them by name, and the form finds them by it, also with a statistic."""
    text = root.get("/o/target_value").text
    assert re.search(r">\s*Revenue\s*<", text)
    assert re.search(r">\s*Whole company\s*<", text)
    asked = "/lookup/target_value/metric?q="
    assert {"key": "revenue", "title": "Revenue"} in root.get(f"{asked}reven").json
    (made,) = root.get(f"{asked}resolution_hours:p90").json
    assert made == {"key": "resolution_hours:p90", "title": "Time to resolution (P90)"}
    assert root.get(f"{asked}nonsense:p90").json == []


# ---------------------------------------------------------------- strangers and tampering


@pytest.mark.parametrize("path", OPENED)
def test_a_stranger_gets_nothing(board: Site, path: str) -> None:
    answer = board.server.test_client().get(path)
    assert answer.status_code == (401 if path.startswith(("/api/", "/d/_dash-")) else 302)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/login")


def test_a_strangers_callback_is_refused(board: Site) -> None:
    assert Reader(board.server.test_client()).call(GOOD).status_code == 401


def test_a_callback_from_another_site_is_refused(root: Reader) -> None:
    answer = root.client.post(
        "/d/_dash-update-component", json=GOOD, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403


TAMPERED = {
    "an unknown place": asked("overview", "9-9"),
    "a place before the first": asked("overview", "-1--1"),
    "a place that is no place": asked("overview", "first"),
    "a huge number": asked("overview", f"{'9' * 6_000}-0"),
    "a place that is an object": asked("overview", {"a": 1}),
    "nothing": asked(None, None, None),
    "a path upwards": asked("../../etc/passwd", "0-0"),
    "a long path": asked(HUGE, "0-0"),
    "a long place": asked("overview", HUGE),
    "a long search": asked("overview", "0-0", f"?where=region={HUGE}"),
    "a long day": asked("overview", "0-0", f"?from={HUGE}"),
    "a search that is a list": asked("overview", "0-0", ["?from=2026-01-01"]),
    "a search that is a number": asked("overview", "0-0", 5),
    "a search that is an object": asked("overview", "0-0", {"x": []}),
    "days backwards": asked("overview", "0-0", "?from=9999-12-31&to=0001-01-01"),
    "the first day": asked("overview", "0-0", "?to=0001-01-01"),
    "the first two days": asked("overview", "0-0", "?from=0001-01-01&to=0001-01-03"),
    "the last day": asked("overview", "0-0", "?from=2026-01-01&to=9999-12-31"),
    "all days": asked("overview", "1-0", "?from=0001-01-01&to=9999-12-31"),
    "as of the first day": asked("overview", "0-0", "?as-of=0001-01-01"),
    "an unknown dimension": asked("overview", "0-0", "?where=nonsense=1"),
    "a quote": asked("overview", "0-0", "?where=region=' or 1=1 --"),
    "surrogates": asked("overview", "0-0", "?where=region=\ud800"),
    "no inputs": GOOD | {"inputs": []},
    "null inputs": GOOD | {"inputs": None},
    "an empty state": GOOD | {"state": [{}]},
    "null outputs": GOOD | {"outputs": None},
    "another output": GOOD | {"outputs": {"id": "x"}},
    "a list of outputs": GOOD | {"outputs": []},
    "a number of changes": GOOD | {"changedPropIds": 5},
    "an output that is none": GOOD | {"output": "nothing.children"},
    "only an output": {"output": TILE},
    "an empty object": {},
    "a list": "[]",
    "null": "null",
    "a number": "3",
    "half an object": "{",
    "nothing at all": "",
    "deep nesting": "[" * 100_000,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_no_failure(root: Reader, name: str) -> None:
    answer = root.call(TAMPERED[name])
    assert answer.status_code < 500, answer.text[:500]
    assert "Traceback" not in answer.text
    assert "could not be computed" not in answer.text


@pytest.mark.parametrize("path", ["/d/nothing", "/d/nothing.docx", "/reports/nothing.docx", "/d/_dash-component-suites/nothing/x.js", "/reports/archive/999",
                                  "/d/rows", "/d/rows?metric=nothing", "/d/rows.csv?metric=", "/d/values?dimension=x&metric=revenue",
                                  "/d/rows?metric=revenue&from=tomorrow", "/d/overview.docx?from=x", "/api/v1/ask?metric=revenue&top=many",
                                  "/api/v1/ask?metric=revenue&snapshot=../../x", "/api/v1/ask?metric=revenue&snapshot=20200101T000000Z",
                                  "/api/v1/ask?metric=revenue&snapshot=build", "/api/v1/ask?metric=revenue&known_on=2026-01-01",
                                  "/reports/executive-summary.docx?period=soon", f"/d/rows?metric={'x' * 60_000}"])  # fmt: skip
def test_an_address_that_says_nothing_is_refused_in_a_sentence(root: Reader, path: str) -> None:
    answer = root.get(path)
    assert answer.status_code in (400, 404), answer.text[:300]
    assert "Traceback" not in answer.text


# ---------------------------------------------------------------- whose figures


def figure(answer: TestResponse) -> float:
    """The value on the tile, wherever in Dash's tree of components it stands."""
    return float(next(one["data-value"] for one in walked(answer.json) if "data-value" in one))


def walked(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walked(child)


def test_two_readers_of_one_address_get_their_own_figures(root: Reader, boss: Reader) -> None:
    """Interleaved, with the answers of both remembered: what is kept for one is never shown to the other."""
    for _ in range(50):
        assert figure(root.tile("overview", "0-0")) == ALL
        assert figure(boss.tile("overview", "0-0")) == EAST_REVENUE


@pytest.mark.parametrize(("name", "at"), PLACES)
def test_every_tile_shows_its_figures_and_none_of_another_branch(
    root: Reader, boss: Reader, name: str, at: str
) -> None:
    """Each tile is filled for whoever sees everything, and then for the manager of one branch: no other's names."""
    everything, narrowed = root.tile(name, at), boss.tile(name, at)
    for answer in (everything, narrowed):
        assert answer.status_code == 200
        assert "could not be computed" not in answer.text
    assert "广州船厂" not in narrowed.text


def test_rows_lead_back_to_the_dashboard_as_it_was_narrowed(root: Reader) -> None:
    def shown_from(address: str) -> str:
        return root.get("/d/rows?metric=revenue", headers={"Referer": address}).text

    assert '<a href="/d/overview?period=6m&amp;where=region%3DE">Overview</a>' in shown_from(
        "http://localhost/d/overview?period=6m&where=region%3DE"
    )
    for elsewhere in ("http://elsewhere.example/d/overview", "http://localhost/d/nothing", "http://[", ""):
        assert 'class="crumbs"' not in shown_from(elsewhere), elsewhere


def test_rows_are_headed_by_their_number_and_its_unit(root: Reader) -> None:
    assert re.search(r" d</span>", root.get("/d/rows?metric=mtbr_days").text)


def test_rows_and_their_file_keep_to_the_readers_rows(root: Reader, boss: Reader) -> None:
    assert "广州船厂" in root.get("/d/rows?metric=revenue").text
    assert "广州船厂" not in boss.get("/d/rows?metric=revenue").text
    assert total(root) == ALL
    assert total(boss) == EAST_REVENUE
    sneaky = boss.get("/d/rows.csv?metric=revenue&where=customer=广州船厂").text
    assert len(sneaky.strip().splitlines()) == 1


def total(who: Reader) -> float:
    rows = csv.DictReader(io.StringIO(who.get("/d/rows.csv?metric=revenue").text.removeprefix("\ufeff")))
    return sum(float(row["value"]) for row in rows)


def test_filters_offer_only_the_readers_values(root: Reader, boss: Reader) -> None:
    path = "/d/values?dimension=customer&metric=revenue"
    assert "广州船厂" in offered(root, path)
    assert offered(boss, path) == {"上海机械厂", "杭州水务"}


def offered(who: Reader, path: str) -> set[str]:
    return {one["value"] for one in who.get(path).json["values"]}


def test_closed_values_are_offered_by_their_names(board: Site) -> None:
    """People choose and search 停机, what the address says stays the same in both languages."""
    path = "/d/values?dimension=state&metric=requests_opened"
    chinese, english = (reader(board, "root", language).get(path).json["values"] for language in ("zh", "en"))
    assert {one["value"] for one in chinese} == {one["value"] for one in english} == {"new", "closed"}
    assert {one["name"] for one in chinese} != {one["name"] for one in english}


# ---------------------------------------------------------------- what is taken along


def test_a_tiles_file_says_what_the_tile_says(root: Reader, boss: Reader) -> None:
    """Revenue by month adds up to what the reader may see, as CSV and as Excel with numbers as numbers."""
    at = place_of("overview", Trend)
    for who, whole in ((root, ALL), (boss, EAST_REVENUE)):
        answer = who.get(f"/d/overview/{at}.csv?period=36m")
        header, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert header[1] == "Revenue"
        assert sum(float(row[1] or 0) for row in rows) == whole
        sheet = openpyxl.load_workbook(io.BytesIO(who.get(f"/d/overview/{at}.xlsx?period=36m").data)).active
        assert sum(row[1].value or 0 for row in sheet.iter_rows(min_row=2)) == whole


def place_of(page: str, kind: type) -> str:
    rows = load_pages()[page].rows
    return next(f"{down}-{at}" for down, row in enumerate(rows) for at, block in enumerate(row) if isinstance(block, kind))  # fmt: skip


@pytest.mark.parametrize(
    "path", ["overview/9-9.csv", "overview/x.csv", "nothing/0-0.xlsx", "overview/0-0.pdf"]
)
def test_a_file_of_no_tile_is_not_found(root: Reader, path: str) -> None:
    assert root.get(f"/d/{path}").status_code == 404


@pytest.mark.parametrize(("name", "at"), PLACES)
def test_every_tile_can_be_taken_along(root: Reader, name: str, at: str) -> None:
    for kind in ("csv", "xlsx"):
        answer = root.get(f"/d/{name}/{at}.{kind}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_questions_by_address_keep_to_the_readers_rows(root: Reader, boss: Reader) -> None:
    for _ in range(3):
        assert root.get("/api/v1/ask?metric=revenue").json["rows"] == [{"revenue": ALL}]
        assert boss.get("/api/v1/ask?metric=revenue").json["rows"] == [{"revenue": EAST_REVENUE}]
    southern = boss.get("/api/v1/ask?metric=revenue&where=org_unit=华南分公司").json["rows"]
    assert southern == [{"revenue": 0}]


@pytest.mark.parametrize(
    "path", ["/d/customer-value.docx", *(f"/reports/{name}.docx" for name in load_reports())]
)
def test_documents_keep_to_the_readers_rows(root: Reader, boss: Reader, path: str) -> None:
    whole, part = (words(who.get(path).data) for who in (root, boss))
    assert "上海机械厂" in part
    assert "广州船厂" in whole
    assert "广州船厂" not in part


def words(document: bytes) -> str:
    """All texts of a Word file, its charts and their workbooks."""
    found = []
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(content)) as book:
                    found += [book.read(part).decode() for part in book.namelist() if part.endswith(".xml")]
            elif name.endswith(".xml"):
                found.append(content.decode())
    return "".join(found)


def test_the_archive_is_for_who_sees_everything(boss: Reader) -> None:
    assert boss.get("/reports/archive/1").status_code == 404


def test_who_may_not_read_an_entity_sees_a_refusal_in_its_tile(board: Site) -> None:
    """A clerk of a warehouse has no invoices: the tile says so instead of showing a nought."""
    keeper = reader(board, "keeper")
    tile = keeper.tile("receivables", "0-0")
    assert tile.status_code == 200
    assert "data-value" not in tile.text
    assert keeper.get("/api/v1/ask?metric=outstanding").status_code in (400, 403)


# ---------------------------------------------------------------- what every answer carries


@pytest.fixture
def held(board: Site) -> Iterator[None]:
    """A load after the published one that a check held back; afterwards a good one."""
    run = start_run(board.store, "refresh")
    end_run(board.store, run, HELD, summary={"reason": "core.fct_order: sum_equals failed"})
    forget_the_newest(board)
    yield
    end_run(board.store, start_run(board.store, "refresh"), DONE, summary={})
    forget_the_newest(board)


def forget_the_newest(board: Site) -> None:
    """The newest load is read again at the next request instead of after two seconds."""
    board.server.extensions["yingke.numbers"].newest_load = NewestLoad(board.store)


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_held_load_is_told_on_every_page(board: Site, language: str) -> None:
    root = reader(board, "root", language)
    for path in (*(f"/d/{name}" for name in PAGES), "/health-of-data"):
        page = root.get(path).text
        assert "data-held" in page, path
        assert "core.fct_order: sum_equals failed" in page
    assert root.get("/d/state").json["warning"] is True


def test_without_a_held_load_nothing_is_told(root: Reader) -> None:
    assert "data-held" not in root.get("/d/overview").text


def test_cells_of_a_file_are_no_formulas(root: Reader) -> None:
    text = root.get("/d/rows.csv?metric=requests_opened").text
    assert "=低" in text
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        for cell in row:
            assert not cell.startswith(("=", "@", "\t", "\r")), cell
            assert not cell.startswith(("+", "-")) or re.fullmatch(r"[-+]?[\d.]+", cell), cell


@pytest.mark.parametrize(
    "path", ["/d/overview", "/metrics", "/health-of-data", "/reports", "/d/rows?metric=revenue"]
)
def test_only_our_own_scripts_may_run(root: Reader, path: str) -> None:
    answer = root.get(path)
    policy: dict[str, Any] = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert "http" not in policy["script-src"].replace("https:", "")
    assert policy["object-src"] == "'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
