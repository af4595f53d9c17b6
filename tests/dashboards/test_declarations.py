"""Every page and report names only metrics and dimensions that exist, is small, and speaks both languages."""

from pathlib import Path

import pytest

import dashboards
from dashboards.block import Block
from dashboards.label import Title
from dashboards.page import load_pages, load_reports
from dashboards.words import WORDS
from warehouse.catalog import load_catalog
from warehouse.compile.key import resolve_key
from warehouse.question import Question

FOLDER = Path(dashboards.__file__).parent
PAGES = load_pages()
REPORTS = load_reports()


def _blocks() -> list[tuple[str, Block]]:
    of_pages = [(page.name, block) for page in PAGES.values() for row in page.rows for block in row]
    of_reports = [
        (report.name, block)
        for report in REPORTS.values()
        for _, blocks in report.chapters
        for block in blocks
    ]
    return of_pages + of_reports


@pytest.mark.parametrize(
    ("where", "block"), _blocks(), ids=lambda value: value if isinstance(value, str) else type(value).__name__
)
def test_blocks_name_what_exists(where, block):
    metrics = getattr(block, "metrics", None) or ((block.metric,) if hasattr(block, "metric") else ())
    for figure in Question(metrics=tuple(metrics)).figures() if metrics else ():
        load_catalog().metric(figure.metric)
    for name in filter(None, (getattr(block, "by", None), *getattr(block, "columns", ()))):
        if isinstance(name, str) and not hasattr(block, "rows"):
            resolve_key(load_catalog(), name)


@pytest.mark.parametrize("name", PAGES)
def test_filters_exist(name):
    for dimension in PAGES[name].filters:
        load_catalog().dimension(dimension)


@pytest.mark.parametrize("name", PAGES)
def test_rows_of_a_page_fill_twelve_columns(name):
    for row in PAGES[name].rows:
        assert sum(block.width for block in row) == 12


@pytest.mark.parametrize(
    "path", [*FOLDER.glob("pages/*.py"), *FOLDER.glob("reports/*.py")], ids=lambda path: path.stem
)
def test_a_declaration_is_small_and_imports_only_the_vocabulary(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    allowed = ("dashboards.block", "dashboards.label", "dashboards.page", "dashboards.sections")
    for line in lines:
        if line.startswith(("import ", "from ")):
            assert line.split()[1] in allowed, line


@pytest.mark.parametrize("name", WORDS)
def test_texts_have_both_languages_and_the_same_values(name):
    text: Title = WORDS[name]
    assert text.zh.strip()
    assert text.en.strip()
    assert text.zh.count("{") == text.en.count("{")
