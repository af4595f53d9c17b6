"""Reports as they were made: which period and language, from which snapshot, in which file.

Making and sending one is the business of dashboards and pipelines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Session

from operational.entity import Base, Identity
from operational.field import Moment

report_archive = Table(
    "report_archive",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("report", String(80), nullable=False),
    Column("period", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("snapshot", String(80), nullable=False),
    Column("document", String(400), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("made_at", Moment(), nullable=False, index=True),
    Column("made_by", String(80), nullable=False),
    UniqueConstraint("report", "period", "language", "revision"),
)


@dataclass(frozen=True)
class ArchivedReport:
    """One report; revision 1 is the first, later ones restate it from a later snapshot.

    `document` is the file's path, relative to the data directory; `digest` its SHA-256.
    """

    id: int
    report: str
    period: str
    language: str
    revision: int
    snapshot: str
    document: str
    digest: str
    made_at: datetime
    made_by: str


def archive_report(
    session: Session,
    *,
    report: str,
    period: str,
    language: str,
    snapshot: str,
    document: str,
    digest: str,
    made_by: str,
) -> ArchivedReport:
    """Enter a report whose file is already on disk, in the caller's transaction, as the next revision."""
    this = (
        report_archive.c.report == report,
        report_archive.c.period == period,
        report_archive.c.language == language,
    )
    revision = session.execute(select(func.coalesce(func.max(report_archive.c.revision), 0) + 1).where(*this))
    row = {
        "report": report, "period": period, "language": language, "revision": revision.scalar_one(),
        "snapshot": snapshot, "document": document, "digest": digest, "made_at": datetime.now(UTC),
        "made_by": made_by,
    }  # fmt: skip
    made = session.execute(insert(report_archive).values(row).returning(report_archive.c.id)).scalar_one()
    return ArchivedReport(id=made, **row)


def archived_reports(session: Session, report: str | None = None, limit: int = 100) -> list[ArchivedReport]:
    """The newest reports first, of one name or of all."""
    query = select(report_archive).order_by(report_archive.c.id.desc()).limit(limit)
    if report is not None:
        query = query.where(report_archive.c.report == report)
    return [ArchivedReport(**row._mapping) for row in session.execute(query)]


def archived_report(session: Session, number: int) -> ArchivedReport | None:
    """The report of that id; None if there is none."""
    row = session.execute(select(report_archive).where(report_archive.c.id == number)).one_or_none()
    return None if row is None else ArchivedReport(**row._mapping)
