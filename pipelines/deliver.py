"""Reports by name: made now for one person, or delivered to their readers, each under the reader's own row rules.

A delivered report is archived with its snapshot; its mail is written in the transaction of the archive row.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from dashboards.asker import Asker
from dashboards.numbers import period_name
from dashboards.page import Report, load_reports
from dashboards.reporting import period_span, report_paper, restated_since
from dashboards.words import word
from operational.crud.access import actor_of, warehouse_scope
from operational.entity import entity
from operational.store import outbox
from operational.store.report_archive import archive_report, archived_reports
from operational.store.runs import DONE, FAILED, HELD, end_run, last_runs, start_run
from operational.store.users import list_users
from pipelines.issue import Issue, issue_before
from warehouse.answer import read_published
from warehouse.connect import Warehouse
from warehouse.restated import Restatement

if TYPE_CHECKING:
    from operational.crud.access import Actor
    from operational.store.session import Store

LANGUAGE = "zh"
MOST_MISSED = 60  # periods that are made afterwards when nothing was delivered for long


class ReportRefused(Exception):
    """A report could not be made or delivered; `message` says why."""

    def __init__(self, sentence: str) -> None:
        self.message = sentence
        super().__init__(sentence)


class ReportUnknown(ReportRefused):
    """There is no report of that name: wrong usage."""

    exit_code = 2


@dataclass(frozen=True)
class Made:
    """A report's bytes, its period's name, and the snapshot that it was made from."""

    content: bytes
    period: str
    snapshot: str


@dataclass(frozen=True)
class Reader:
    """Somebody who receives a report: who they are, where to, and in which language."""

    actor: Actor
    email: str
    language: str


def report_list() -> list[tuple[str, str, str, str]]:
    """Name, both titles and schedule of every report."""
    return [(one.name, one.title.zh, one.title.en, one.cron) for one in load_reports().values()]


def make_report(
    store: Store,
    actor: Actor,
    name: str,
    *,
    period: str | None = None,
    language: str = LANGUAGE,
    output: Path | None = None,
    deliver: bool = False,
) -> str:
    """Write a report over what the actor may see, or deliver it to its readers; what was done, as a sentence."""
    report = _report(name)
    if deliver:
        return deliver_report(store, report, period, made_by=actor.login)
    made = render(store, actor, report, period, language)
    path = output or Path(f"{report.name}-{made.period}.docx")
    _write(path, made.content)
    return f"{report.title(language)} {made.period} was written to {path}"


def render(
    store: Store, actor: Actor, report: Report, period: str | None, language: str, before: Issue | None = None
) -> Made:
    """The report as a Word document under the actor's row rules, from the published state.

    It says what of the issue `before` it is told otherwise now.
    """
    settings = store.settings
    with store.reading() as session:
        scope = warehouse_scope(session, actor)
    warehouse = Warehouse(settings.warehouse_directory)
    try:
        connection, snapshot = warehouse.cursor()
        published = read_published(connection)
        asker = Asker(connection, snapshot, scope, language, settings.currency)
        quality = word("checks_warn" if published.quality == "warn" else "checks_pass", language)
        fresh = f"{word('data_as_of', language)} {published.data_as_of}" if published.data_as_of else ""
        now = datetime.now(UTC)
        restated = ""
        if before is not None:
            states = Restatement(warehouse.at(before.state), connection, scope, report.grain)
            restated = restated_since(report, before.period, states, asker)
        content, named = report_paper(
            report, period, asker, today=now.astimezone(settings.zone).date(), freshness=fresh, quality=quality,
            made_at=now.astimezone(settings.zone), restated=restated,
        )  # fmt: skip
    finally:
        warehouse.close()
    return Made(content, named, snapshot)


def deliver_report(store: Store, report: Report, period: str | None, *, made_by: str) -> str:
    """Make a period's report for every reader, archive it, and put its mail into the outbox, once for ever.

    Raises ReportRefused while the newest load was held back or failed: nobody is sent figures in doubt.
    """
    with store.reading() as session:
        ended = [run for run in last_runs(session, "refresh", 5) if run.state in (DONE, HELD, FAILED)]
    if ended and ended[0].state != DONE:
        raise ReportRefused(
            f"{report.name} is held: the newest load did not pass ({(ended[0].summary or {}).get('reason')})."
        )
    queued, before = 0, issue_before(store, report, period)
    versions: dict[tuple[str, str], tuple[Made, str]] = {}
    named = ""
    for reader in report_readers(store, report):
        with store.reading() as session:
            scope = repr(warehouse_scope(session, reader.actor))
        if (reader.language, scope) not in versions:
            made = render(store, reader.actor, report, period, reader.language, before)
            versions[reader.language, scope] = made, _archive_file(store, report, made, reader.language)
        made, document = versions[reader.language, scope]
        named = made.period
        queued += _queue(store, report, reader, made, document, made_by)
    return f"{report.title('en')} {named}: {queued} mails were put into the outbox"


def deliver_due(store: Store, name: str, now: datetime | None = None) -> list[str]:
    """Deliver the last whole period, and those before it that were missed since the last delivery.

    While the figures are in doubt it is held: recorded so, and taken up when a load is sound again.
    """
    report = _report(name)
    today = (now or datetime.now(UTC)).astimezone(store.settings.zone).date()
    with store.reading() as session:
        known = {one.period for one in archived_reports(session, report.name, limit=10_000)}
    run = start_run(store, run_kind(report.name))
    state, said = FAILED, ""
    try:
        sentences = [
            deliver_report(store, report, period, made_by="schedule")
            for period in reversed(_missing(report, today, known))
        ]
        state = DONE
    except ReportRefused as refused:
        state, said = HELD, refused.message
        sentences = [said]
    finally:
        end_run(store, run, state, summary={"reason": said})
    return sentences


def run_kind(report: str) -> str:
    """The kind under which deliveries of a report are recorded among the runs."""
    return f"report {report}"


def held_reports(store: Store) -> list[tuple[str, str]]:
    """Reports whose last delivery was held back, now that the newest load is sound: name, and that load's snapshot."""
    with store.reading() as session:
        newest = next(
            (run for run in last_runs(session, "refresh", 5) if run.state in (DONE, HELD, FAILED)), None
        )
        if newest is None or newest.state != DONE:
            return []
        last = {name: next(iter(last_runs(session, run_kind(name), 1)), None) for name in load_reports()}
    return [
        (name, newest.snapshot or "") for name, run in last.items() if run is not None and run.state == HELD
    ]


def _missing(report: Report, today: date, known: set[str]) -> list[str]:
    """The last whole period and those before it that were never delivered, the newest first."""
    missing: list[str] = []
    day = today
    while len(missing) < MOST_MISSED:
        first, _ = period_span(None, report.grain, day)
        period = period_name(first, report.grain, "en")
        if period in known:
            break
        missing.append(period)
        if not known:
            break  # the first delivery ever: nothing before it was promised
        day = first
    return missing


def report_readers(store: Store, report: Report) -> list[Reader]:
    """Logins of the report's roles whose person has a mail address."""
    person = entity("person")
    found = []
    for login in list_users(store):
        if login.role not in report.readers or login.disabled or login.person is None:
            continue
        with store.reading() as session:
            email = session.execute(
                select(person.__table__.c.email).where(person.__table__.c.code == login.person)
            ).scalar()
            actor = actor_of(session, login.login)
        if email and actor is not None:
            found.append(Reader(actor, str(email), actor.language or LANGUAGE))
    return found


def _queue(store: Store, report: Report, reader: Reader, made: Made, document: str, made_by: str) -> int:
    """Archive row and mail in one transaction; 0 where this reader has this period already."""
    digest = hashlib.sha256(made.content).hexdigest()
    with store.bookkeeping() as session:
        there = [one for one in archived_reports(session, report.name, 10_000) if one.digest == digest]
        if not there:
            archive_report(
                session, report=report.name, period=made.period, language=reader.language,
                snapshot=made.snapshot, document=document, digest=digest, made_by=made_by,
            )  # fmt: skip
        mail = outbox.put(
            session, kind=f"report {report.name}", period=made.period, recipient=reader.email,
            subject=f"{report.title(reader.language)} {made.period}",
            body=_BODY[reader.language].format(title=report.title(reader.language), period=made.period),
            document=document, snapshot=made.snapshot,
        )  # fmt: skip
    return int(mail is not None)


_BODY = {
    "zh": "您好！\n\n附件是{title}（{period}）。\n\n盈客\n",
    "en": "Hello,\n\nattached is the {title} for {period}.\n\nYingke\n",
}


def _archive_file(store: Store, report: Report, made: Made, language: str) -> str:
    """Put the document where the archive keeps it; its path relative to the data directory."""
    digest = hashlib.sha256(made.content).hexdigest()[:12]
    relative = Path("reports") / report.name / f"{made.period}-{language}-{digest}.docx"
    _write(store.settings.data / relative, made.content)
    return str(relative)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and durable before anything says that it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _report(name: str) -> Report:
    known = load_reports()
    if name not in known:
        raise ReportUnknown(f"There is no report '{name}'. Known: {', '.join(known)}.")
    return known[name]
