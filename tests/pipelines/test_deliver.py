"""A report to its readers: each under their own rules, archived with its snapshot, never twice, held when in doubt."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from dashboards.page import load_reports
from operational.crud.access import SYSTEM_ACTOR
from operational.store import outbox
from operational.store.bulk import bulk_insert
from operational.store.engine import for_writing
from operational.store.report_archive import archived_reports
from operational.store.runs import HELD, end_run, start_run
from operational.store.session import Store
from operational.store.users import add_user
from pipelines.deliver import ReportRefused, deliver_due, held_reports, make_report, period_text, report_list
from tests.pipelines.conftest import load

NAME = "executive-summary"


@pytest.fixture
def office(sqlite_company: Store) -> Store:
    """A company with two readers, one of them bound to a branch, and one reader without a mail address."""
    store = sqlite_company
    with store.writing("test") as session:
        bulk_insert(
            session, "org_unit", {"code": ["B1"], "name": ["分公司"], "kind": ["branch"], "parent_id": [1]}
        )
        bulk_insert(
            session, "person",
            {"code": ["P1", "P2", "P3"], "name": ["甲", "乙", "丙"], "org_unit_id": [1, 2, 1],
             "email": ["ceo@company.example", "branch@company.example", None]},
        )  # fmt: skip
    add_user(store, "ceo", role="executive", person="P1")
    add_user(store, "branch", role="branch_manager", org_unit="B1", person="P2")
    add_user(store, "silent", role="executive", person="P3")
    load(store)
    return store


def mails(store: Store) -> list[outbox.Mail]:
    with store.reading() as session:
        return outbox.mails(session)


def test_readers_get_their_own_version_once(office: Store) -> None:
    assert "2 mails" in make_report(office, SYSTEM_ACTOR, NAME, period="2026-W37", deliver=True)
    assert "0 mails" in make_report(office, SYSTEM_ACTOR, NAME, period="2026-W37", deliver=True)
    sent = {mail.recipient: mail for mail in mails(office)}
    assert sent.keys() == {"ceo@company.example", "branch@company.example"}
    documents = {office.settings.data / str(mail.document) for mail in sent.values()}
    assert len(documents) == 2, "the branch's figures are not the company's"
    assert all(zipfile.is_zipfile(path) for path in documents)
    with office.reading() as session:
        archive = archived_reports(session, NAME)
    assert {one.snapshot for one in archive} == {mail.snapshot for mail in sent.values()}
    assert {str(office.settings.data / one.document) for one in archive} >= {str(path) for path in documents}


def test_a_report_in_doubt_is_held(office: Store) -> None:
    end_run(office, start_run(office, "refresh"), HELD, summary={"reason": "a check failed"})
    with pytest.raises(ReportRefused, match="held"):
        make_report(office, SYSTEM_ACTOR, NAME, deliver=True)
    assert mails(office) == []


def test_a_held_report_goes_out_when_the_figures_are_sound(office: Store) -> None:
    day = datetime(2026, 10, 5, 1, tzinfo=UTC)
    end_run(office, start_run(office, "refresh"), HELD, summary={"reason": "a check failed"})
    (said,) = deliver_due(office, NAME, day)
    assert "a check failed" in said
    assert (mails(office), held_reports(office)) == ([], [])
    snapshot = load(office).snapshot
    assert held_reports(office) == [(NAME, snapshot)]
    deliver_due(office, NAME, day)
    assert {mail.period for mail in mails(office)} == {"2026-W40"}
    assert held_reports(office) == []


def test_missed_periods_are_delivered_afterwards(office: Store) -> None:
    deliver_due(office, NAME, datetime(2026, 10, 5, 1, tzinfo=UTC))
    assert {mail.period for mail in mails(office)} == {"2026-W40"}
    deliver_due(office, NAME, datetime(2026, 10, 26, 1, tzinfo=UTC))
    assert {mail.period for mail in mails(office)} == {"2026-W40", "2026-W41", "2026-W42", "2026-W43"}
    before = len(mails(office))
    deliver_due(office, NAME, datetime(2026, 10, 26, 2, tzinfo=UTC))
    assert len(mails(office)) == before


def test_a_report_for_oneself_is_only_a_file(office: Store, tmp_path: object) -> None:
    path = office.settings.data / "mine.docx"
    make_report(office, SYSTEM_ACTOR, NAME, period="2026-W37", language="en", output=path)
    assert zipfile.is_zipfile(path)
    assert mails(office) == []


def test_names_and_periods() -> None:
    assert NAME in {name for name, *_ in report_list()}
    assert period_text(datetime(2026, 10, 5).date(), "week") == "2026-W41"  # noqa: DTZ001
    assert period_text(datetime(2026, 10, 1).date(), "month") == "2026-10"  # noqa: DTZ001
    assert load_reports()[NAME].grain == "week"


def test_an_archived_snapshot_stays(office: Store) -> None:
    make_report(office, SYSTEM_ACTOR, NAME, period="2026-W37", deliver=True)
    cited = mails(office)[0].snapshot
    for number in range(5):
        with for_writing(office.engine).begin() as connection:
            connection.execute(text(f"UPDATE region SET name = 'n{number}' WHERE id = 1"))
        load(office)
    load(office)  # what is no longer kept goes at the beginning of a refresh
    kept = {path.stem for path in office.settings.warehouse_directory.glob("*.duckdb")} - {"build"}
    assert cited in kept
    assert len(kept) == 4
