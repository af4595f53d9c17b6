"""A report to its readers: each under their own rules, archived with its snapshot, never twice, held when in doubt."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime, timedelta

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
from pipelines.deliver import ReportRefused, deliver_due, held_reports, make_report, report_list
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


def test_the_next_issue_says_which_reported_numbers_have_changed_since(office: Store) -> None:
    """Of the periods that the last issue told, for each reader under their own rules; a first issue has nothing to say."""
    today = datetime.now(office.settings.zone).date()
    day = date.fromisocalendar(*(today - timedelta(days=21)).isocalendar()[:2], 3)
    with office.writing("test") as session:
        session.execute(text('UPDATE "order" SET ordered_on = :day WHERE id = 1'), {"day": day.isoformat()})
    load(office)
    week = f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02d}"
    make_report(office, SYSTEM_ACTOR, NAME, period=week, deliver=True)
    assert [said for said in told(office) if "报告以来" in said] == []
    with office.writing("test") as session:
        session.execute(text("UPDATE \"order\" SET state = 'void' WHERE id = 1"))
    load(office)
    make_report(office, SYSTEM_ACTOR, NAME, deliver=True)
    said = [one for one in told(office) if "报告以来" in one]
    assert any(
        f"自 {week} 期报告以来" in one and f"销售额 {week}：" in one and f"订单数 {week}：1 → 0" in one
        for one in said
    )


def told(store: Store) -> list[str]:
    """The text of every document that was delivered."""
    paths = {store.settings.data / str(mail.document) for mail in mails(store)}
    return [
        "".join(re.findall("<w:t[^>]*>([^<]*)", zipfile.ZipFile(path).read("word/document.xml").decode()))
        for path in paths
    ]


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


def test_reports_have_names_and_periods() -> None:
    assert NAME in {name for name, *_ in report_list()}
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
