"""Adding a field is one line in one file: the line alone brings it into store, forms, import, API, feed, warehouse, export.

The code is copied with the line added, and a program is run on it over a store and a warehouse that the code
without the line has made.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from operational.settings import Settings
from operational.store.session import Store
from tests.pipelines.conftest import load

pytestmark = pytest.mark.xdist_group("declarations")

ROOT = Path(__file__).resolve().parents[2]
ITEM_LINE = (
    '    carton_pieces: Mapped[int | None] = field.integer("每箱件数", "Pieces per carton", '
    "listed=True, filterable=True, minimum=Decimal(0))\n"
)
LINE_LINE = '    packing: Mapped[str | None] = field.text("包装要求", "Packing", length=80)\n'


def widened_code(folder: Path) -> Path:
    """The project with one line more in each of two declarations; everything else is the project itself."""
    folder.mkdir()
    for name in ("pipelines", "dashboards", "warehouse", "tests"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "operational").mkdir()
    for path in (ROOT / "operational").iterdir():
        if path.name not in ("entities", "__pycache__"):
            (folder / "operational" / path.name).symlink_to(path)
    entities = folder / "operational" / "entities"
    shutil.copytree(ROOT / "operational" / "entities", entities, ignore=shutil.ignore_patterns("__pycache__"))
    for declaration, line in (("item", ITEM_LINE), ("order", LINE_LINE)):
        with (entities / "distribution" / f"{declaration}.py").open("a", encoding="utf-8") as stream:
            stream.write(line)
    return folder


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, company_folder: Path) -> dict[str, Any]:
    """What the program on the widened code saw."""
    folder = tmp_path_factory.mktemp("widened")
    shutil.copytree(company_folder, folder / "data")
    shutil.copyfile(company_folder.with_name("data.key"), folder / "data.key")
    (folder / "data.key").chmod(0o600)
    store = Store.open(Settings(data=folder / "data"))
    assert load(store).published
    store.close()
    code = widened_code(folder / "code")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YINGKE_")}
    environment |= {
        "PYTHONPATH": str(code),
        "YINGKE_DATA": str(folder / "data"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ended = subprocess.run(
        [sys.executable, str(code / "tests/declarations/widened_run.py"), str(folder)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found: dict[str, Any] = json.loads((folder / "seen.json").read_text("utf-8"))
    assert found["code"].startswith(str(code)), "the program ran on other code"
    return found


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_store_gains_the_column_at_the_next_start(seen: dict[str, Any]) -> None:
    assert seen["start"] == {
        "before": {"item": False, "order_line": False},
        "after": {"item": True, "order_line": True},
    }


def test_the_form_asks_for_it(seen: dict[str, Any]) -> None:
    form = seen["web"]["form"]
    assert re.search(r'<input[^>]*data-field="carton_pieces"', form)
    assert "每箱件数" in form
    assert 'data-field="lines.packing"' in seen["web"]["order_form"]


def test_the_list_shows_filters_and_sorts_by_it(seen: dict[str, Any]) -> None:
    web = seen["web"]
    assert "每箱件数" in web["list"]
    assert 'data-record="W2"' in web["list"]
    assert 'data-record="W1"' not in web["list"]
    assert [row["code"] for row in web["filtered"]["rows"]] == ["W2"]
    assert [row["carton_pieces"] for row in web["sorted"]["rows"]] == [36, 12]


def test_imports_fill_it_by_name_and_by_label_and_hold_its_bounds(seen: dict[str, Any]) -> None:
    brought = seen["import"]
    assert brought["by_name"]["code"] == 1, brought["by_name"]
    assert "loaded 2" in brought["by_name"]["out"]
    assert "refused 1" in brought["by_name"]["out"]
    for name in ("by_label", "orders", "labelled"):
        assert brought[name]["code"] == 0, brought[name]


def test_the_api_has_it(seen: dict[str, Any]) -> None:
    web = seen["web"]
    assert web["read"]["carton_pieces"] == 12
    assert [line["packing"] for line in web["order"]["lines"]] == ["木箱"]
    assert "carton_pieces" in web["openapi"]
    assert "packing" in web["openapi"]


def test_a_change_in_the_form_is_kept_and_shown_in_the_history(seen: dict[str, Any]) -> None:
    web = seen["web"]
    assert web["saved"]["status"] == 303, web["saved"]
    assert web["changed"]["carton_pieces"] == 18
    entry = re.search(r"每箱件数.{0,400}", re.sub(r"<[^>]+>|\s+", " ", web["history"]))
    assert entry
    assert "12" in entry[0]
    assert "18" in entry[0]


def test_the_change_feed_keeps_it(seen: dict[str, Any]) -> None:
    log = seen["log"]
    assert log["before"]["carton_pieces"] == 12
    assert {"item", "order_line"} <= set(log["touched"])
    assert "carton_pieces" in log["leaves"]


def test_a_refresh_lands_it_in_the_warehouse_that_was_there_before(seen: dict[str, Any]) -> None:
    landed = seen["warehouse"]
    assert json.loads(landed["refresh"]["out"])["published"], landed["refresh"]
    assert landed["type"] == ["BIGINT"]
    for schema in ("raw", "staging"):
        assert dict(landed[schema]["item"]) == {"P1": None, "P2": None, "W1": 18, "W2": 36}
        assert sorted(value for (value,) in landed[schema]["order_line"]) == ["木箱", "纸箱"]


def test_an_export_has_it(seen: dict[str, Any]) -> None:
    out = seen["export"]
    assert {row["code"]: row["carton_pieces"] for row in rows(out["items"])} == {
        "P1": "",
        "P2": "",
        "W1": "18",
        "W2": "36",
    }
    assert {row["number"]: row["lines.packing"] for row in rows(out["orders"])} == {
        "SO-W1": "木箱",
        "SO-W2": "纸箱",
    }
