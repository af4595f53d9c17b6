"""Who may import whom: the contracts of pyproject.toml hold, and each of them can be broken.

What a single package promises is tested with that package.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = [contract["name"] for contract in LINTER["contracts"]]

# A tree that sins against every contract at once; each file holds one import that is not allowed.
SINS = {
    "warehouse/up.py": "import dashboards",
    "warehouse/aside.py": "import operational",
    "warehouse/store.py": "def late():\n    import sqlalchemy",
    "dashboards/run.py": "import dagster",
    "operational/chart.py": "import plotly.graph_objects",
    "dashboards/letter.py": "from docx import Document",
    "pipelines/write.py": "import duckdb",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the four packages in `folder`, which come before the installed ones."""
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )


def test_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def verdict_on_sins(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("sins")
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package in LINTER["root_packages"]:
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for file, text in SINS.items():
        (folder / file).write_text(text, encoding="utf-8")
    return " ".join(lint(folder).stdout.split())


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_can_be_broken(name: str, verdict_on_sins: str) -> None:
    assert f"{name} BROKEN" in verdict_on_sins


@pytest.mark.parametrize("package", LINTER["root_packages"])
def test_contracts_see_every_file(package: str) -> None:
    """A folder without `__init__.py` would not be looked at."""
    folders = {file.parent for file in (ROOT / package).rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").exists()] == []
