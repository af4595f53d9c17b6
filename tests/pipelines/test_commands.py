"""Commands that cannot be done: the exit code, one sentence in the right language, and nothing changed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from operational.store.session import Store
from operational.store.users import add_user
from pipelines.cli import run
from tests.pipelines.conftest import load

USAGE, FAILED = 2, 3
Told = Callable[..., tuple[int, str]]

# what is typed -> exit code, words of the sentence; {folder} is a folder that is there
UNPUBLISHED = {
    "ask orders": (FAILED, "The warehouse has not been loaded yet; run: yingke refresh"),
    "ask orders --rows": (FAILED, "The warehouse has not been loaded yet; run: yingke refresh"),
    "models bg_nbd": (FAILED, "The warehouse has not been loaded yet; run: yingke refresh"),
    "report executive-summary": (FAILED, "The warehouse has not been loaded yet; run: yingke refresh"),
    "metrics --format xml": (USAGE, "--format is table or json, not 'xml'."),
    "metrics orders --format csv": (USAGE, "--format is table or json, not 'csv'."),
    "export order -o {folder}/x.pdf": (USAGE, "its name must end in .csv, .csv.gz or .xlsx."),
    "export order -o {folder}/x.csv --where foo=1": (USAGE, "There is no field 'foo' to filter by"),
    "export order -o {folder}/x.csv --where ordered_on=foo": (USAGE, "the value 'foo' is no date"),
    "export order -o {folder}/none/x.csv": (FAILED, "cannot be written: No such file or directory."),
    "backup {folder}": (USAGE, "is a folder; name the file to write in it."),
    "backup {folder}/b --as clerk": (FAILED, "Only admin may take a backup"),
    "init --replace --as clerk": (FAILED, "Only admin may make a company"),
    "user list --as clerk": (FAILED, "Only admin may manage logins"),
    "status --as": (USAGE, "--as needs a value behind it."),
}
PUBLISHED = {
    "ask orders --snapshot ../../etc": (USAGE, "No state '../../etc' was published from this store"),
    "ask orders --by customer --top 99999999999999999999": (
        USAGE,
        "--top must be at least 1 and at most 1000000.",
    ),
    "report nosuch": (USAGE, "There is no report 'nosuch'. Known: executive-summary"),
    "report executive-summary --period 2026-13": (USAGE, "'2026-13' is no period"),
    "report executive-summary --period 2999-12": (USAGE, "2999-12 has not begun yet"),
    "report executive-summary -o {folder}/r.pdf": (USAGE, "it must end in .docx."),
    "report executive-summary -o {folder}": (USAGE, "it must end in .docx."),
    "report executive-summary --deliver --as clerk": (FAILED, "Only admin or analyst may send reports"),
}


@pytest.fixture
def told(sqlite_company: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Exit code and what stands on standard error."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("YINGKE_DATA", str(sqlite_company.settings.data))

    def typed(command: str) -> tuple[int, str]:
        code = run(command.format(folder=sqlite_company.settings.data.parent).split())
        return code, capsys.readouterr().err

    return typed


def files(folder: Path) -> set[Path]:
    return {one for one in folder.rglob("*") if one.suffix not in (".sqlite-wal", ".sqlite-shm")}


@pytest.mark.parametrize("published", [False, True])
def test_a_command_that_cannot_be_done_says_so_and_changes_nothing(
    published: bool, sqlite_company: Store, told: Told
) -> None:
    add_user(sqlite_company, "clerk", role="sales")
    if published:
        load(sqlite_company)
    before = files(sqlite_company.settings.data.parent)
    for command, (code, words) in (PUBLISHED if published else UNPUBLISHED).items():
        found, sentence = told(command)
        assert (found, words in sentence) == (code, True), f"{command}: {found} {sentence}"
        assert "Error" not in sentence, command
        assert len(sentence.splitlines()) == 1, command
    assert files(sqlite_company.settings.data.parent) == before


def test_what_is_told_about_records_is_in_the_language_of_who_asks(
    sqlite_company: Store, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_user(sqlite_company, "clerk", role="sales")
    load(sqlite_company)
    assert "There is no metric" in told("ask nosuch")[1]
    assert "您的角色（sales）不能导入" in told(f"import invoice {__file__} --as clerk")[1]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "没有指标" in told("ask nosuch")[1]


def test_no_formula_leaves_in_an_answer(
    sqlite_company: Store, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_company.writing("test") as session:
        session.execute(text("UPDATE customer SET name = '=1+1' WHERE code = 'C1'"))
        session.execute(text("UPDATE customer SET name = '＝cmd' WHERE code = 'C2'"))
    load(sqlite_company)
    assert run(["ask", "gross_revenue", "--by", "customer", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["customer,gross_revenue", "'=1+1,300", "'＝cmd,100"]


def test_a_weekly_report_can_be_asked_for_a_month(sqlite_company: Store, told: Told) -> None:
    load(sqlite_company)
    path = sqlite_company.settings.data / "september.docx"
    assert run(["report", "executive-summary", "--period", "2026-09", "--lang", "en", "-o", str(path)]) == 0
    with zipfile.ZipFile(path) as document:
        assert "2026-09-01 – 2026-09-30" in document.read("word/document.xml").decode()
