"""The machine knows no entity by name: no quoted name of one outside declarations, but for what is argued here."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from operational.entity import tables_in_feed

ROOT = Path(__file__).resolve().parents[2]
MACHINE = ("operational/crud", "operational/forms", "operational/api", "operational/transfer", "operational/store",
           "pipelines", "dashboards", "warehouse")  # fmt: skip
# Pages are made of dimensions, which bear entities' names; the benchmark makes a company, as the demonstration does.
DECLARATIONS = ("dashboards/pages", "dashboards/reports", "pipelines/bench")
SCREENS = ("operational/forms/static", "operational/forms/templates", "dashboards/web/templates")

TREE = "permission follows the tree of units and the persons in it"
STEPS = "the machine itself writes and reads the steps of documents"
LINES = "a field: lines of documents are told apart by their item"
OTHER = "another meaning of the word"
AXES = "names of dimensions, not of entities"
ALLOWED: dict[str, dict[str, str]] = {
    "operational/crud/access.py": {"org_unit": TREE},
    "operational/crud/defaults.py": {"org_unit": TREE, "item": LINES},
    "operational/crud/history.py": {"state_change": STEPS},
    "operational/crud/lines.py": {"item": LINES},
    "operational/crud/steps.py": {"state_change": STEPS},
    "operational/forms/prefill.py": {"item": LINES},
    "operational/forms/terms.py": {"term": "the names that people give to codes are records themselves"},
    "operational/store/users.py": {"org_unit": TREE, "person": TREE},
    "operational/transfer/loading/along.py": {"org_unit": TREE, "item": LINES},
    "operational/transfer/loading/existing.py": {"item": LINES},
    "operational/transfer/loading/new_records.py": {"org_unit": TREE, "person": TREE},
    "operational/transfer/loading/stock.py": dict.fromkeys(
        ["item", "depot", "lot"], "the ledger's fields: no stock below zero"
    ),
    "operational/transfer/loading/write_batch.py": {"state_change": STEPS},
    "pipelines/commands/figures.py": {"unit": OTHER},
    "pipelines/commands/people.py": {"person": OTHER},
    "pipelines/company.py": {"org_unit": "an empty store begins with the root of the tree"},
    "pipelines/feed_back.py": {"order": OTHER},
    "pipelines/deliver.py": {"person": "reports go to the addresses of persons"},
    "dashboards/page.py": {"region": AXES, "org_unit": AXES},
    "dashboards/render/screen.py": {"region": OTHER},
    "dashboards/words.py": {"unit": OTHER},
    "dashboards/restating.py": {"unit": OTHER},
    "warehouse/answer.py": {"unit": OTHER},
    "warehouse/catalog.py": {"unit": OTHER},
    "warehouse/compile/behind.py": dict.fromkeys(
        ["customer", "item", "unit", "depot", "region", "lot"], AXES
    ),
    "warehouse/compile/cases.py": {"item": OTHER},
    "warehouse/compile/classes.py": {"item": AXES},
    "warehouse/compile/gaps.py": {"order": OTHER},
    "warehouse/compile/rfm.py": {"customer": AXES},
    "warehouse/declaration.py": {"unit": OTHER},
}


def test_the_machine_names_no_entity() -> None:
    names = {name for name, _ in tables_in_feed()}
    strange: dict[str, set[str]] = defaultdict(set)
    for path in (path for folder in MACHINE for path in (ROOT / folder).rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(DECLARATIONS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and node.value in names
                and node.value not in ALLOWED.get(place, {})
            ):
                strange[place].add(str(node.value))
    assert not strange, "\n".join(
        f"{place}: {', '.join(sorted(found))}" for place, found in sorted(strange.items())
    )


@pytest.mark.parametrize("folder", SCREENS)
def test_scripts_and_templates_name_no_entity(folder: str) -> None:
    """Addresses of an entity's forms are the ones that would creep in; common words are left out."""
    names = [name for name, _ in tables_in_feed()]
    for path in (ROOT / folder).rglob("*"):
        if path.suffix in (".js", ".html"):
            text = path.read_text(encoding="utf-8")
            assert not [name for name in names if f"/o/{name}" in text or f"/api/v1/{name}" in text], path


def test_what_is_allowed_is_still_needed() -> None:
    for place, names in ALLOWED.items():
        text = (ROOT / place).read_text(encoding="utf-8")
        assert not [name for name in names if f'"{name}"' not in text and f"'{name}'" not in text], place
